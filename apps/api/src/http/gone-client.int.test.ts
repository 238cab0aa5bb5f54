import { connect, type Socket } from 'node:net';
import { LEDGER_SETTINGS } from '@holdfast/ledger/limits';
import { eventually, withKey } from '@holdfast/testing';
import { isReplay, scenarioOfSuite, repliesOf } from '../testing/api-scenario.ts';
import type { Reply, TestApi } from '../testing/start-api.ts';

// Clients that do not wait for their answer.

/** A fresh one for each test: its metrics and its log begin at nothing. */
let api: TestApi;
let sku: string;
let unlock: () => Promise<void>;
/** These are in batches that wait for the lock; later calls stay pending until the lock is released. */
let first: Promise<readonly PromiseSettledResult<Reply>[]>;
const BATCHES_IN_FLIGHT = 2;

const scenario = scenarioOfSuite();
beforeEach(async () => {
  jest.replaceProperty(LEDGER_SETTINGS, 'lock_timeout', '20s'); // no lock wait in this suite times out
  api = await scenario.openApi();
  sku = await scenario.newSku(100);
  ({ unlock } = await scenario.lock(sku));
  // One after the other: together they would be in one batch.
  const waiting: Promise<Reply>[] = [];
  for (let batch = 1; batch <= BATCHES_IN_FLIGHT; batch += 1) {
    waiting.push(api.create(want(1)));
    await untilLocksAreWaitedFor(batch);
  }
  first = Promise.allSettled(waiting);
});
afterEach(() => jest.restoreAllMocks());

const want = (quantity: number) => ({ lines: [{ sku, quantity }] });
const untilLocksAreWaitedFor = (sessions: number) =>
  eventually(
    async () =>
      (await scenario.rows(
        `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
           AND application_name = 'holdfast api ledger'`,
      )) === sessions,
  );

interface Sender {
  /** Ends the connection, and answers when the API has noticed. */
  goAway(how: 'destroy' | 'resetAndDestroy'): Promise<void>;
}

/** Sends a create by a connection of its own, and answers once its command is with the ledger. */
async function send(body: object, key?: string): Promise<Sender> {
  const submit = jest.spyOn(api.context.ledger, 'submit');
  const { hostname, port } = new URL(api.url);
  const socket: Socket = connect(Number(port), hostname);
  const text = JSON.stringify(body);
  const headers = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${text.length}`];
  if (key !== undefined) headers.push(`Idempotency-Key: ${key}`);
  socket.write(['POST /v1/reservations HTTP/1.1', ...headers, '', text].join('\r\n'));
  const signal = await eventually(() => submit.mock.calls[0]?.[2]?.signal ?? false);
  submit.mockRestore();
  return {
    async goAway(how) {
      socket[how]();
      await eventually(() => signal.aborted);
    },
  };
}

const droppedSoFar = async () =>
  /^holdfast_ledger_callers_gone_total(?:\{.*\})? (\d+)$/m.exec(await api.context.metrics.metrics())?.[1];

describe.each(['destroy', 'resetAndDestroy'] as const)('a client that goes away (%s)', (how) => {
  test('while its command waits leaves no reservation, and is no error in the log', async () => {
    const logged = jest.spyOn(api.context.log, 'error');
    const client = await send(want(10));
    expect(api.context.ledger.pending).toBe(1);
    await client.goAway(how);
    await unlock();

    expect(repliesOf(await first).map(({ status }) => status)).toEqual([201, 201]);
    await eventually(async () => (await droppedSoFar()) === '1');
    expect(await api.create(want(3))).toMatchObject({ status: 201 });
    expect(api.context.ledger.pending).toBe(0);
    expect(await scenario.counters(sku)).toEqual([100, 5, 0]);
    expect(logged.mock.calls).toEqual([]);
  });

  test('and comes again with its key is served as if it came for the first time', async () => {
    const key = `${how} again`;
    const client = await send(want(10), key);
    await client.goAway(how);
    await unlock();
    await eventually(async () => (await droppedSoFar()) === '1');

    const reply = await api.create(want(10), withKey(key));

    expect([reply.status, isReplay(reply)]).toEqual([201, false]);
    await first;
    expect(await scenario.counters(sku)).toEqual([100, 12, 0]);
  });

  test('and has come again with its key before its turn is served once', async () => {
    const key = `${how} at once`;
    const client = await send(want(10), key);
    const submit = jest.spyOn(api.context.ledger, 'submit');
    const again = api.create(want(10), withKey(key));
    await eventually(() => submit.mock.calls.length === 1);
    await client.goAway(how);
    await unlock();

    expect((await again).status).toBe(201);
    await first;
    expect(await droppedSoFar()).toBe('0');
    expect(await scenario.counters(sku)).toEqual([100, 12, 0]);
  });
});

test('a client that goes away while its command is decided finds it done when it comes again', async () => {
  await unlock();
  await first;
  ({ unlock } = await scenario.lock(sku));
  const client = await send(want(10), 'in its batch');
  await untilLocksAreWaitedFor(1);
  await client.goAway('destroy');
  await unlock();
  const reply = await api.create(want(10), withKey('in its batch'));
  expect([reply.status, isReplay(reply)]).toEqual([201, true]);
  expect(await scenario.counters(sku)).toEqual([100, 12, 0]);
});
