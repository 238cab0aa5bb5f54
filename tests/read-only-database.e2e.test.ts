import {
  asPromised,
  checkLedgerInvariants,
  eventually,
  keepCalling,
  openFaultyLink,
  startProcess,
  type FaultyLink,
  withSession,
  type TestProcess,
  withKey,
  queueOfRun,
} from '@holdfast/testing';
import { type PostgresPair, startPostgresPair } from './faults/postgres-pair.ts';
import { eitherOf } from './faults/standby.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { type ApiClient, apiClientAt } from './api-client.ts';

/** The promised time after a database can be written to again. */
const FLOW_WITHIN_MS = 5_000;
/** And after the promotion of a standby. */
const FAIL_OVER_WITHIN_MS = 10_000;

const isReady = async (url: string | undefined) => (await fetch(`${url}/readyz`)).status === 200;

const sorted = (pairs: readonly string[][]) => pairs.map((each) => each.join(' ')).toSorted();

describe('with a standby beside the primary', () => {
  let pair: PostgresPair;
  let fleet: Fleet;
  let client: ApiClient;
  const worker = () => fleet.workers[0]?.url;

  beforeAll(async () => {
    pair = await startPostgresPair();
    fleet = await openFleet(queueOfRun, {
      database: { url: pair.primaryUrl, drop: () => pair.drop() },
      env: { DATABASE_URL: pair.url },
    });
    client = fleet.client;
    await client.stock('MUG', 1_000_000);
  });
  afterAll(() => fleet?.close());

  test('an API whose address leads to the standby serves reads, is not ready, and refuses writes', async () => {
    const api: TestProcess = await startProcess('api', { DATABASE_URL: pair.standbyUrl, REDIS_URL: '' });
    try {
      const onStandby = apiClientAt(api.url);
      expect((await onStandby.get('/v1/items/MUG/availability')).status).toBe(200);
      expect(await onStandby.ready()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      for (const call of [
        onStandby.tryHold('MUG'),
        onStandby.put('/v1/skus/MUG-2', {}),
        onStandby.post('/v1/webhook-endpoints', { url: 'https://example.com/hook' }),
        onStandby.post('/v1/inventory/snapshots', {}),
      ]) {
        const { status, body, headers } = await call;
        expect({ status, body }).toMatchObject({ status: 503, body: { code: 'unavailable' } });
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
      }
      const metrics = await (await fetch(`${api.url}/metrics`)).text();
      expect(metrics).toMatch(/holdfast_dependency_up\{[^}]*dependency="database"[^}]*\} 0/);
    } finally {
      await api.stop();
    }
  });

  test('a primary that is made read-only refuses writes, serves reads, and accepts writes again soon after', async () => {
    const api = await startProcess('api', { DATABASE_URL: pair.primaryUrl, REDIS_URL: '' });
    try {
      const onPrimary = apiClientAt(api.url);
      const bothSell = async () =>
        (await client.tryHold('MUG')).status === 201 && (await onPrimary.tryHold('MUG')).status === 201;
      const allReady = async () =>
        (await isReady(client.baseUrl)) && (await isReady(api.url)) && isReady(worker());
      await eventually(bothSell);
      await pair.setReadOnly(true);
      await eventually(async () => {
        const ready = [client.baseUrl, api.url, worker()].map(isReady);
        expect(await Promise.all(ready)).toEqual([false, false, false]);
      });
      for (let call = 0; call < 20; call += 1) {
        const { status, body } = await onPrimary.tryHold('MUG');
        expect({ status, body }).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      }
      expect((await onPrimary.get('/v1/items/MUG/availability')).status).toBe(200);
      await pair.setReadOnly(false);
      await asPromised(FLOW_WITHIN_MS, bothSell);
      await asPromised(FLOW_WITHIN_MS, allReady);
      expect(await checkLedgerInvariants(pair.primaryUrl)).toEqual([]);
    } finally {
      await pair.setReadOnly(false);
      await api.stop();
    }
  });

  test('after a crash of the primary under load the standby takes over, with every acknowledged reservation once', async () => {
    expect(await failOver(pair, fleet, () => pair.killPrimary())).toEqual([]);
  });
});

describe('with a standby beside a primary whose network fails', () => {
  let pair: PostgresPair;
  let link: FaultyLink;
  let fleet: Fleet;

  beforeAll(async () => {
    pair = await startPostgresPair();
    const { hostname, port } = new URL(pair.primaryUrl);
    link = await openFaultyLink({ host: hostname, port: Number(port) });
    fleet = await openFleet(queueOfRun, {
      database: { url: pair.primaryUrl, drop: () => pair.drop() },
      env: { DATABASE_URL: eitherOf(link.through(pair.primaryUrl), pair.standbyUrl) },
    });
    await fleet.client.stock('MUG', 1_000_000);
  });
  afterAll(async () => {
    await fleet?.close();
    await link?.close();
  });

  test('the standby takes over although the primary runs on and no connection to it has ended', async () => {
    expect(await failOver(pair, fleet, () => link.stall())).toEqual([]);
  });
});

/**
 * Under load: `breakPrimary`, then the promotion, after which the calls work again and nothing acknowledged is lost.
 *
 * @returns the invariants of the ledger that are broken
 */
async function failOver(
  pair: PostgresPair,
  { client, workers }: Fleet,
  breakPrimary: () => unknown,
): Promise<string[]> {
  const allReady = async () => (await isReady(client.baseUrl)) && isReady(workers[0]?.url);
  const acknowledged: { key: string; id: string }[] = [];
  const statuses = new Set<number>();
  let carts = 0;
  /** Each shopper repeats a call with its key until it is served. */
  const shopping = keepCalling(8, async () => {
    const key = `shopper-${(carts += 1)}`;
    const { body } = await eventually(async () => {
      const answer = await client.tryHold('MUG', 1, { order_id: key }, withKey(key));
      statuses.add(answer.status);
      return answer.status === 201 && answer;
    });
    acknowledged.push({ key, id: body.id });
  });
  await eventually(() => acknowledged.length > 100);
  await breakPrimary();
  await asPromised(FAIL_OVER_WITHIN_MS, async () => !(await isReady(client.baseUrl)));
  await pair.promote();
  const before = acknowledged.length;
  await asPromised(FAIL_OVER_WITHIN_MS, () => acknowledged.length > before + 100);
  await asPromised(FAIL_OVER_WITHIN_MS, allReady);
  await shopping.stop();

  expect([...statuses].filter((status) => status !== 201 && status !== 503)).toEqual([]);
  const { rows } = await withSession(pair.standbyUrl, (session) =>
    session.query<{ order_id: string; id: string }>(
      `SELECT order_id, id FROM reservations WHERE order_id LIKE 'shopper-%'`,
    ),
  );
  expect(sorted(rows.map(({ order_id, id }) => [order_id, id]))).toEqual(
    sorted(acknowledged.map(({ key, id }) => [key, id])),
  );
  // The worker uses the new primary too: a hold is given back.
  const { id } = await client.hold('MUG', 1, { ttl_seconds: 1 });
  await eventually(async () =>
    expect(await client.read(id)).toMatchObject({ status: 'expired', version: 2 }),
  );
  return checkLedgerInvariants(pair.standbyUrl);
}
