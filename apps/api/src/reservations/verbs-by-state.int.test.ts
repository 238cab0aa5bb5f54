import { newId } from '@holdfast/ledger';
import { scenarioOfSuite, refused } from '../testing/api-scenario.ts';

// The HTTP contract, "What a verb answers in each state", cell by cell.

let sku: string;

const scenario = scenarioOfSuite({ RESERVATION_MAX_EXTENSIONS: '3' });
beforeAll(async () => {
  sku = await scenario.newSku(1_000);
});

/** How a reservation of two units gets into each state; answers its id. */
const STATES = {
  held: async () => (await scenario.hold(sku, 2)).id,
  'past its time': async () => {
    const { id } = await scenario.hold(sku, 2);
    await scenario.makeDue(id);
    return id;
  },
  expired: async () => {
    const { id } = await scenario.hold(sku, 2);
    await scenario.makeDue(id);
    await scenario.api.context.ledger.submit({ kind: 'expire', reservationId: id });
    return id;
  },
  confirmed: async () => (await scenario.confirmed(sku, 2)).id,
  fulfilled: async () => then(await STATES.confirmed(), 'fulfill'),
  'cancelled after a part went out': async () => {
    const id = await then(await STATES.confirmed(), 'fulfill', { lines: [{ sku, quantity: 1 }] });
    return then(id, 'cancel');
  },
  released: async () => then(await STATES.held(), 'release'),
  cancelled: async () => then(await STATES.confirmed(), 'cancel'),
  'released by a withdraw': async () => then(await STATES.held(), 'withdraw'),
  'cancelled by a withdraw': async () => then(await STATES.confirmed(), 'withdraw'),
  'expired and withdrawn': async () => then(await STATES.expired(), 'withdraw'),
  withdrawn: async () => then(newId(), 'withdraw'),
} as const;

async function then(id: string, verb: string, body?: object): Promise<string> {
  expect((await scenario.verb(id, verb, body)).status).toBe(200);
  return id;
}

type State = keyof typeof STATES;
const TRANSITION = 'invalid_transition';
const TOO_MUCH = 'quantity_exceeds_remaining';
const GONE = 'reservation_withdrawn';
const TOO_LATE = 'reservation_expired';

/** State; verb; what is asked; the status that it leads to, or the code of the refusal and the status that it names. */
const CELLS: readonly [State, string, 'whole' | 'lines', leadsTo: string, current?: string][] = [
  ['held', 'confirm', 'whole', 'confirmed'],
  ['held', 'release', 'whole', 'released'],
  ['held', 'extend', 'whole', 'held'],
  ['held', 'fulfill', 'whole', 'fulfilled'],
  ['held', 'fulfill', 'lines', 'confirmed'],
  ['held', 'release', 'lines', 'held'],
  ['held', 'cancel', 'whole', TRANSITION, 'held'],
  ['held', 'return', 'lines', TRANSITION, 'held'],

  ...(['past its time', 'expired'] as const).flatMap((state): (typeof CELLS)[number][] => [
    [state, 'confirm', 'whole', TOO_LATE, 'expired'],
    [state, 'release', 'whole', TRANSITION, 'expired'],
    [state, 'extend', 'whole', TOO_LATE, 'expired'],
    [state, 'fulfill', 'whole', TOO_LATE, 'expired'],
    [state, 'fulfill', 'lines', TOO_LATE, 'expired'],
    [state, 'cancel', 'whole', TRANSITION, 'expired'],
    [state, 'release', 'lines', TRANSITION, 'expired'],
    [state, 'return', 'lines', TRANSITION, 'expired'],
  ]),

  ['confirmed', 'confirm', 'whole', 'confirmed'],
  ['confirmed', 'confirm', 'lines', TRANSITION, 'confirmed'],
  ['confirmed', 'release', 'whole', TRANSITION, 'confirmed'],
  ['confirmed', 'extend', 'whole', TRANSITION, 'confirmed'],
  ['confirmed', 'fulfill', 'whole', 'fulfilled'],
  ['confirmed', 'fulfill', 'lines', 'confirmed'],
  ['confirmed', 'cancel', 'whole', 'cancelled'],
  ['confirmed', 'cancel', 'lines', 'confirmed'],
  ['confirmed', 'return', 'lines', TOO_MUCH, 'confirmed'],

  ['fulfilled', 'confirm', 'whole', 'fulfilled'],
  ['fulfilled', 'release', 'whole', TRANSITION, 'fulfilled'],
  ['fulfilled', 'extend', 'whole', TRANSITION, 'fulfilled'],
  ['fulfilled', 'fulfill', 'whole', 'fulfilled'],
  ['fulfilled', 'fulfill', 'lines', TOO_MUCH, 'fulfilled'],
  ['fulfilled', 'cancel', 'whole', TRANSITION, 'fulfilled'],
  ['fulfilled', 'cancel', 'lines', TOO_MUCH, 'fulfilled'],
  ['fulfilled', 'return', 'lines', 'fulfilled'],

  ['cancelled after a part went out', 'confirm', 'whole', 'fulfilled'],
  ['cancelled after a part went out', 'release', 'whole', TRANSITION, 'fulfilled'],
  ['cancelled after a part went out', 'extend', 'whole', TRANSITION, 'fulfilled'],
  ['cancelled after a part went out', 'fulfill', 'whole', 'fulfilled'],
  ['cancelled after a part went out', 'fulfill', 'lines', TOO_MUCH, 'fulfilled'],
  ['cancelled after a part went out', 'cancel', 'whole', 'fulfilled'],
  ['cancelled after a part went out', 'cancel', 'lines', TOO_MUCH, 'fulfilled'],
  ['cancelled after a part went out', 'return', 'lines', 'fulfilled'],

  ['released', 'confirm', 'whole', TRANSITION, 'released'],
  ['released', 'release', 'whole', 'released'],
  ['released', 'extend', 'whole', TRANSITION, 'released'],
  ['released', 'fulfill', 'whole', TRANSITION, 'released'],
  ['released', 'fulfill', 'lines', TRANSITION, 'released'],
  ['released', 'release', 'lines', 'released'],
  ['released', 'cancel', 'whole', TRANSITION, 'released'],
  ['released', 'return', 'lines', TRANSITION, 'released'],

  ['cancelled', 'confirm', 'whole', TRANSITION, 'cancelled'],
  ['cancelled', 'release', 'whole', TRANSITION, 'cancelled'],
  ['cancelled', 'extend', 'whole', TRANSITION, 'cancelled'],
  ['cancelled', 'fulfill', 'whole', TRANSITION, 'cancelled'],
  ['cancelled', 'fulfill', 'lines', TRANSITION, 'cancelled'],
  ['cancelled', 'cancel', 'whole', 'cancelled'],
  ['cancelled', 'cancel', 'lines', 'cancelled'],
  ['cancelled', 'return', 'lines', TRANSITION, 'cancelled'],

  ['held', 'withdraw', 'whole', 'released'],
  ['past its time', 'withdraw', 'whole', 'expired'],
  ['expired', 'withdraw', 'whole', 'expired'],
  ['confirmed', 'withdraw', 'whole', 'cancelled'],
  ['fulfilled', 'withdraw', 'whole', TRANSITION, 'fulfilled'],
  ['cancelled after a part went out', 'withdraw', 'whole', TRANSITION, 'fulfilled'],
  ['released', 'withdraw', 'whole', 'released'],
  ['cancelled', 'withdraw', 'whole', 'cancelled'],

  ...(
    [
      ['released by a withdraw', 'released'],
      ['cancelled by a withdraw', 'cancelled'],
      ['expired and withdrawn', 'expired'],
      ['withdrawn', 'withdrawn'],
    ] as const
  ).flatMap(([state, status]): (typeof CELLS)[number][] => [
    [state, 'confirm', 'whole', GONE, status],
    status === 'released' ? [state, 'release', 'whole', status] : [state, 'release', 'whole', GONE, status],
    [state, 'extend', 'whole', GONE, status],
    [state, 'fulfill', 'lines', GONE, status],
    status === 'cancelled' ? [state, 'cancel', 'whole', status] : [state, 'cancel', 'whole', GONE, status],
    [state, 'withdraw', 'whole', status],
  ]),
];

const rows = CELLS.map(([state, verb, asked, leadsTo, current]) => ({
  state,
  verb,
  asked,
  leadsTo,
  current,
}));

test.each(rows)('when $state, $verb ($asked): $leadsTo', async ({ state, verb, asked, leadsTo, current }) => {
  const id = await STATES[state]();
  const before = await scenario.read(id);
  const body = asked === 'lines' ? { lines: [{ sku, quantity: 1 }] } : undefined;

  const reply = await scenario.verb(id, verb, body);

  if (current === undefined) {
    expect(reply).toMatchObject({ status: 200, body: { id, status: leadsTo } });
    expect(await scenario.read(id)).toEqual(reply.body);
  } else {
    expect(reply).toMatchObject(refused(409, leadsTo, { current_status: current }));
    // A late call may be the one that gives the hold back; it tells the warehouse then, and nothing else changes.
    const changeable = ['warehouse_sync', 'version', 'updated_at'] as const;
    const after = await scenario.read(id);
    for (const field of state === 'past its time' ? changeable : []) {
      Reflect.deleteProperty(after, field);
      Reflect.deleteProperty(before, field);
    }
    expect(after).toEqual(before);
  }
});

describe('a repeat of the whole', () => {
  test.each([
    ['held', 'fulfill'],
    ['confirmed', 'fulfill'],
    ['confirmed', 'cancel'],
    ['fulfilled', 'fulfill'],
    ['cancelled after a part went out', 'cancel'],
    ['cancelled', 'cancel'],
  ] as const)('when %s, %s: changes nothing, its version neither', async (state, verb) => {
    const id = await STATES[state]();
    const { body } = await scenario.verb(id, verb);
    const counters = await scenario.counters(sku);
    expect(await scenario.verb(id, verb)).toMatchObject({ status: 200, body: body as object });
    expect(await scenario.read(id)).toEqual(body);
    expect(await scenario.counters(sku)).toEqual(counters);
  });
});

test.each(['extend', 'fulfill', 'cancel'])('%s of what does not exist is not found', async (verb) => {
  const id = '0199b0c4-0000-7000-8000-000000000000';
  expect(await scenario.verb(id, verb)).toMatchObject(refused(404, 'reservation_not_found'));
  expect(await scenario.verb('o-1001', verb)).toMatchObject(
    refused(400, 'validation_failed', { errors: [{ path: 'id' }] }),
  );
});
