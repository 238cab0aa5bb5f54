import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { makeApiKey, urlOf } from '@holdfast/runtime';
import {
  checkLedgerInvariants,
  createFakeClock,
  eventually,
  hasFakeClock,
  mostlyOn,
  timed,
  type FakeClock,
  type Reservation,
} from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';

if (!hasFakeClock) {
  if (process.env['CI']) throw new Error('Clocks are set with libfaketime: install faketime');
  process.stdout.write('tests/set-clocks: skipped, there is no libfaketime (Debian: faketime)\n');
}

const HOUR = 3_600;
const STEPS = [HOUR, -HOUR, -75];

/** What upkeep and a busy machine may add: upkeep looks every 5 s. */
const LATE_MAX_MS = 10_000;

/** Two hosts agree on the time to within a round trip to the database. */
const APART_MS = 200;

const describeWithClocks = hasFakeClock ? describe : describe.skip;

describeWithClocks.each(mostlyOn('redis'))(
  'API and worker whose clocks are set while they run, queues on $name',
  (backend) => {
    const clocks: FakeClock[] = [];
    let fleet: Fleet;

    beforeAll(async () => {
      const [api, worker] = [createFakeClock(), createFakeClock()];
      clocks.push(api, worker);
      fleet = await openFleet(backend, { apis: 0, workers: 0 });
      await Promise.all([fleet.start('api', api.env), fleet.start('worker', worker.env)]);
      await fleet.client.stock('MUG', 10_000);
    });

    afterAll(async () => {
      await fleet?.close();
      for (const clock of clocks) clock.remove();
    });

    function setClocks(seconds: number): void {
      for (const clock of clocks) clock.set(seconds);
    }

    test.each(STEPS)('nothing waits longer when they are set by %i s', async (seconds) => {
      // The gateway is away when the clocks are set: the wait for the next try must not follow the old time.
      await fleet.warehouse.spoil({ down: true });
      const before = await trade(fleet, { ttlSeconds: 8 });
      await eventually(async () => (await gaugeOf(fleet, 'holdfast_gateway_breaker_open')) === 1);
      setClocks(seconds);
      await fleet.warehouse.spoil({});
      const after = await trade(fleet, { ttlSeconds: 2 });
      await allSynced(fleet, [...before.ended, ...after.ended]);
      await expireInTime(fleet, [...after.left, ...before.left]);
      await allSynced(fleet, [...before.left, ...after.left]);
      setClocks(0);
      await allSynced(fleet, (await trade(fleet, { ttlSeconds: 600 })).ended);
      expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
    });

    test.each(STEPS)('lists are newest first, across a step of %i s', async (seconds) => {
      const ids: string[] = [];
      const make = async (count: number) => {
        for (let at = 0; at < count; at += 1) {
          const { id } = await fleet.client.hold('MUG', 1, {
            order_id: `order ${seconds}`,
            ttl_seconds: 600,
          });
          ids.unshift(id);
        }
      };
      for (const offset of [0, seconds, 0]) {
        setClocks(offset);
        await make(5);
      }
      const path = `/v1/reservations?order_id=${encodeURIComponent(`order ${seconds}`)}`;
      expect(await idsAt(fleet, path)).toEqual(ids);
      expect(await idsAt(fleet, '/v1/reservations?limit=15')).toEqual(ids);
      const movements = await fleet.client.get('/v1/stock-movements?limit=15');
      const { data } = movements.body as { data: readonly { reservation_id: string }[] };
      expect(data.map(({ reservation_id }) => reservation_id)).toEqual(ids);
    });
  },
);

describeWithClocks.each(mostlyOn('redis'))(
  'hosts whose clocks differ by hours, queues on $name',
  (backend) => {
    const [ahead, behind] = hasFakeClock ? [createFakeClock(HOUR), createFakeClock(-HOUR)] : [];
    let fleet: Fleet;
    const hook: Server = createServer();

    beforeAll(async () => {
      const env = { WEBHOOK_ALLOW_PRIVATE: 'true' };
      fleet = await openFleet(backend, { apis: 1, workers: 0, env });
      await Promise.all([fleet.start('api', ahead?.env), fleet.start('worker', behind?.env)]);
      await fleet.client.stock('MUG', 10_000);
    });

    afterAll(async () => {
      await fleet?.close();
      hook.close();
      hook.closeAllConnections();
      for (const clock of [ahead, behind]) clock?.remove();
    });

    test('holds end in time, and syncs are sent at once, whichever API took the order', async () => {
      for (const client of fleet.clients) {
        const { left, ended } = await trade({ ...fleet, client }, { ttlSeconds: 2 });
        await allSynced(fleet, ended);
        await expireInTime(fleet, left);
      }
      expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
    });

    test('a worker whose clock is ahead also sends syncs at once', async () => {
      for (const worker of fleet.workers) await fleet.stop(worker);
      await fleet.start('worker', ahead?.env);
      const { ended } = await trade(fleet, { ttlSeconds: 2 });
      await allSynced(fleet, ended);
      expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
    });

    test('lists are newest first, whichever API took the order', async () => {
      const ids: string[] = [];
      for (let at = 0; at < 6; at += 1) {
        const client = fleet.clients[at % 2] ?? fleet.client;
        ids.unshift((await client.hold('MUG', 1, { ttl_seconds: 600 })).id);
        const from = performance.now();
        await eventually(() => performance.now() - from > APART_MS);
      }
      expect(await idsAt(fleet, '/v1/reservations?limit=6')).toEqual(ids);
    });

    test('webhooks are signed with a time that their consumer accepts', async () => {
      hook.listen(0, '127.0.0.1');
      await once(hook, 'listening');
      const sent = new Promise<string>((take) => {
        hook.once('request', (request: IncomingMessage, response: ServerResponse) => {
          take(String(request.headers['webhook-timestamp']));
          response.writeHead(204).end();
        });
      });
      await fleet.client.post('/v1/webhook-endpoints', { url: urlOf(hook) });
      await fleet.client.hold('MUG', 1, { ttl_seconds: 600 });
      expect(Math.abs(Number(await sent) - Date.now() / 1_000)).toBeLessThan(60);
    });
  },
);

describeWithClocks.each(mostlyOn('redis'))(
  'an API whose clock is set back by an hour, with $name',
  (backend) => {
    const clock = hasFakeClock ? createFakeClock() : undefined;
    let fleet: Fleet;
    const { key, entry } = makeApiKey('shop', 'stock:read');

    beforeAll(async () => {
      fleet = await openFleet(backend, { apis: 0, workers: 0 });
      await fleet.start('api', { ...clock?.env, API_KEYS: entry, API_KEY_RATE_PER_SECOND: '5' });
    });

    beforeEach(() => clock?.set(0));

    afterAll(async () => {
      await fleet?.close();
      clock?.remove();
    });

    const ask = (bearer: string) =>
      fetch(`${fleet.client.baseUrl}/v1/skus`, { headers: { authorization: `Bearer ${bearer}` } });

    test('refuses a key that is over its limit for no longer than a second', async () => {
      await eventually(async () => (await ask(key)).status === 429);
      clock?.set(-HOUR);
      await eventually(async () => expect((await ask(key)).status).toBe(200));
    });

    test('refuses calls without a valid key for no longer than a minute', async () => {
      await eventually(async () => (await ask('an unknown key')).status === 429);
      clock?.set(-HOUR);
      const answer = await ask('an unknown key');
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    });
  },
);

/** Ten of each: sold, released, and left alone until they end. */
async function trade({ client }: Pick<Fleet, 'client'>, { ttlSeconds }: { readonly ttlSeconds: number }) {
  const holds = await Promise.all(
    Array.from({ length: 30 }, (_, at) => client.hold('MUG', 1, at < 10 ? { ttl_seconds: ttlSeconds } : {})),
  );
  const [left, sold, released] = [holds.slice(0, 10), holds.slice(10, 20), holds.slice(20)];
  await Promise.all([
    ...sold.map(({ id }) => client.confirm(id)),
    ...released.map(({ id }) => client.release(id)),
  ]);
  return { left, ended: [...sold, ...released] };
}

async function allSynced({ client }: Fleet, reservations: readonly Reservation[]): Promise<void> {
  for (const { id } of reservations) {
    await eventually(async () =>
      expect((await client.read(id)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
    );
  }
}

/** By the database's clock: not early, and hardly late. */
async function expireInTime(fleet: Fleet, holds: readonly Reservation[]): Promise<void> {
  const isOver = async () => {
    const rows = await fleet.query<{ ms: number }>(
      `SELECT extract(epoch FROM updated_at - expires_at)::float8 * 1000 AS ms
       FROM reservations WHERE id = ANY ($1) AND status = 'expired'`,
      [holds.map(({ id }) => id)],
    );
    return rows.length === holds.length && rows.map(({ ms }) => ms);
  };
  const { value: late, allowedMs } = await timed(() => eventually(isOver));
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThan(allowedMs(LATE_MAX_MS));
}

async function gaugeOf({ workers }: Fleet, name: string): Promise<number> {
  const text = await (await fetch(`${workers[0]?.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1));
}

async function idsAt({ client }: Fleet, path: string): Promise<readonly string[]> {
  const { body } = await client.get(path);
  return (body as { data: readonly { id: string }[] }).data.map(({ id }) => id);
}
