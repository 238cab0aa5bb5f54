import {
  asPromised,
  checkLedgerInvariants,
  createTestDatabase,
  eventually,
  keepCalling,
  openFaultyLink,
  timed,
  queueOfRun,
} from '@holdfast/testing';
import type { FaultyLink, StallDirection } from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';
import type { Problem } from './api-client.ts';

/** The promised time for a call on a silent connection. */
const ANSWER_WITHIN_MS = 10_000;
const FLOW_WITHIN_MS = 15_000;

const isReady = async (url: string | undefined) => (await fetch(`${url}/readyz`)).status === 200;

describe('connections to PostgreSQL that go silent, without FIN or RST', () => {
  let link: FaultyLink;
  let fleet: Fleet;

  beforeAll(async () => {
    const database = await createTestDatabase();
    const { hostname, port } = new URL(database.url);
    link = await openFaultyLink({ host: hostname, port: Number(port) });
    fleet = await openFleet(queueOfRun, { database, env: { DATABASE_URL: link.through(database.url) } });
    await fleet.client.stock('MUG', 1_000_000);
  });
  afterEach(async () => {
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
  afterAll(async () => {
    await fleet?.close();
    await link?.close();
  });

  const worker = () => fleet.workers[0]?.url;

  let stopTraffic: (() => Promise<void>) | undefined;
  afterEach(() => stopTraffic?.().catch(() => {})); // after a failed test

  /** Creates and reads, a few of each at any time, until they are stopped. */
  function traffic() {
    const answers: {
      readonly what: string;
      readonly status: number;
      readonly code: string;
      tookMs: number;
    }[] = [];
    const { client } = fleet;
    const calls = keepCalling(12, async (caller) => {
      const what = caller % 2 === 0 ? 'create' : 'read';
      const { status, body, tookMs } =
        what === 'create' ? await client.tryHold('MUG') : await client.get('/v1/items/MUG/availability');
      answers.push({ what, status, code: (body as Problem).code, tookMs });
    });
    stopTraffic = () => calls.stop();
    return { answers, stop: stopTraffic };
  }

  const succeeded = (answers: ReturnType<typeof traffic>['answers'], what: string) =>
    answers.filter((each) => each.what === what && each.status < 300).length;

  test.each<StallDirection>(['both', 'to server', 'to client'])(
    'leave the pools (%s): every call is answered in time, and later calls are served',
    async (direction) => {
      const { answers, stop } = traffic();
      await eventually(() => succeeded(answers, 'create') > 20 && succeeded(answers, 'read') > 20);
      const before = answers.length;
      const { allowedMs } = await timed(async () => {
        link.stallOpen(direction);
        await asPromised(FLOW_WITHIN_MS, () => {
          const since = answers.slice(before + 24);
          return succeeded(since, 'create') > 20 && succeeded(since, 'read') > 20;
        });
        await stop();
      });
      const refused = answers.filter(({ status }) => status >= 300);
      for (const { status, code } of refused) {
        expect({ status, code }).toEqual({
          status: 503,
          code: expect.stringMatching(/^(overloaded|unavailable|outcome_unknown)$/) as string,
        });
      }
      expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(allowedMs(ANSWER_WITHIN_MS));
      await asPromised(
        FLOW_WITHIN_MS,
        async () => (await isReady(fleet.client.baseUrl)) && isReady(worker()),
      );
    },
  );

  test('make /readyz of API and worker fail while no connection works; calls are refused in time', async () => {
    await eventually(async () => (await isReady(fleet.client.baseUrl)) && isReady(worker()));
    link.stall();
    await asPromised(ANSWER_WITHIN_MS, async () => !(await isReady(fleet.client.baseUrl)));
    await asPromised(ANSWER_WITHIN_MS, async () => !(await isReady(worker())));
    const { value: refusals, allowedMs } = await timed(() =>
      Promise.all([
        ...Array.from({ length: 20 }, () => fleet.client.tryHold('MUG')),
        ...Array.from({ length: 20 }, () => fleet.client.get('/v1/items/MUG/availability')),
      ]),
    );
    for (const { status, tookMs } of refusals) {
      expect(status).toBe(503);
      expect(tookMs).toBeLessThan(allowedMs(ANSWER_WITHIN_MS));
    }
    link.resume();
    await asPromised(FLOW_WITHIN_MS, async () => (await fleet.client.tryHold('MUG')).status === 201);
    await asPromised(FLOW_WITHIN_MS, async () => (await isReady(fleet.client.baseUrl)) && isReady(worker()));
  });

  test('do not stop the worker: a hold that falls due afterwards is given back', async () => {
    await eventually(() => isReady(worker()));
    const { id } = await fleet.client.hold('MUG', 1, { ttl_seconds: 1 });
    link.stallOpen();
    await asPromised(FLOW_WITHIN_MS + 1_000, async () => {
      const given = await fleet.query(
        `SELECT FROM events WHERE reservation_id = $1 AND type = 'warehouse.inventory.expired'`,
        [id],
      );
      expect(given).toHaveLength(1);
      return true;
    });
    await asPromised(FLOW_WITHIN_MS, () => isReady(worker()));
  });
});
