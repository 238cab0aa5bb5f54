import { newId } from '@holdfast/ledger';
import { withKey, type Reservation } from '@holdfast/testing';
import { isReplay, parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { reservationsByState, type Made } from '../testing/reservations-by-state.ts';
import type { Reply } from '../testing/start-api.ts';
import { answersIn, CALLS, CODES, STATES } from '../testing/verb-table.ts';

// Every call in every state, against the table of the contract.

const scenario = scenarioOfSuite({ RESERVATION_MAX_HOLD_SECONDS: '3600', RESERVATION_MAX_EXTENSIONS: '3' });
let make: ReturnType<typeof reservationsByState>;
/** Of all states at once, each with its own SKUs: one after the other they take two minutes. */
let answersTo: ReadonlyMap<string, Promise<Readonly<Record<string, string>>>>;
beforeAll(() => {
  make = reservationsByState(scenario);
  answersTo = new Map(STATES.map((state) => [state, callAll(state)]));
  for (const answers of answersTo.values()) answers.catch(() => undefined); // its test throws it
});

/** Calls that change something: PUT and PATCH ignore idempotency keys, all others are sent with one. */
const SENT_AS: Readonly<Record<string, (id: string, ...sent: Parameters<Send>) => Promise<Reply>>> = {
  lines: (id, body, headers) => scenario.api.call('put', `/v1/reservations/${id}/lines`, body, headers),
  patch: (id, body = {}, headers) => scenario.patch(id, body, headers),
  put: (id, body) => scenario.put(id, body ?? {}),
};

type Send = (body?: object, headers?: Readonly<Record<string, string>>) => Promise<Reply>;

/** A POST is repeated with its key, and gets the same answer: a stored outcome as a replay, others anew. */
async function post(id: string, verb: string, ...[body, headers]: Parameters<Send>): Promise<Reply> {
  const keyed = { ...headers, ...withKey(newId()) };
  const first = await scenario.verb(id, verb, body, keyed);
  const again = await scenario.verb(id, verb, body, keyed);
  const isKept = first.status < 400 || first.status === 409 || first.status === 412;
  expect({ status: again.status, isReplay: isReplay(again) }).toEqual({
    status: first.status,
    isReplay: isKept,
  });
  if (first.status === 200) expect(again.body).toEqual(first.body);
  else expect(again).toMatchObject(refused(first.status, codeOf(first)));
  return first;
}

const codeOf = ({ body }: Reply): string => String(Reflect.get(Object(body), 'code'));

const NAMES = new Map(Object.entries(CODES).map(([name, code]) => [code, name]));

/** Without the position in line, which only this call shows. */
async function read(id: string): Promise<Reservation> {
  const { position: _position, ...reservation } = (await scenario.read(id)) as Reservation & {
    position?: number;
  };
  return reservation;
}

test.each(STATES)('every call to a reservation that is %s', async (state) => {
  expect(await answersTo.get(state)).toEqual(answersIn(state));
});

async function callAll(state: (typeof STATES)[number]): Promise<Readonly<Record<string, string>>> {
  const skus = {
    sku: await scenario.newSku({ EAST: 5_000, WEST: 5_000 }),
    scarce: await scenario.newSku(5),
  };
  expect(Object.keys(CALLS)).toEqual(Object.keys(answersIn(state)));
  const answers: Record<string, string> = {};
  let made: Made | null = null;
  for (const [call, sentTo] of Object.entries(CALLS)) {
    made ??= await make(state, skus);
    const { body, headers } = sentTo(made);
    const { id } = made;
    const [verb = ''] = call.split(':');
    const before = await read(id);
    const reply = await (SENT_AS[verb]?.(id, body, headers) ?? post(id, verb, body, headers));
    const after = await read(id);
    answers[call] = answerOf(state, reply, before, after);
    if (state === 'due' || (answers[call] !== '=' && reply.status === 200)) made = null;
  }
  return answers;
}

/** In the words of the table. A later read shows the answered state; a refused call changes nothing. */
function answerOf(state: string, reply: Reply, before: Reservation, after: Reservation): string {
  // The call that meets a due hold may give it back.
  const seen = (each: Reservation) =>
    state === 'due' ? { ...each, version: 0, updated_at: '', warehouse_sync: null } : each;
  if (reply.status === 200) {
    expect(parsed(reply)).toEqual(after);
    return JSON.stringify(seen(after)) === JSON.stringify(seen(before)) ? '=' : after.status;
  }
  const code = codeOf(reply);
  expect(seen(after)).toEqual(seen(before));
  if (reply.status === 409) expect(reply.body).toMatchObject({ current_status: before.status });
  return NAMES.get(code) ?? code;
}

test('every call to what does not exist is not found; a withdrawal is remembered', async () => {
  const skus = { sku: await scenario.newSku(5), scarce: await scenario.newSku(5) };
  const made = { ...skus, version: 1, units: 1, created: {}, id: newId() };
  for (const [call, sentTo] of Object.entries(CALLS)) {
    const [verb = ''] = call.split(':');
    if (verb === 'withdraw' || verb === 'put' || answersIn('held')[call] === '400') continue;
    const { body, headers } = sentTo(made);
    const reply = await (SENT_AS[verb]?.(made.id, body, headers) ?? post(made.id, verb, body, headers));
    expect({ call, ...reply }).toMatchObject({ call, ...refused(404, 'reservation_not_found') });
  }
  expect(await scenario.withdraw(made.id)).toMatchObject({ status: 200, body: { status: 'withdrawn' } });
  expect(await scenario.cancel('o-1001')).toMatchObject(
    refused(400, 'validation_failed', { errors: [{ path: 'id' }] }),
  );
});
