import { checkLedgerInvariants, eventually, type TestProcess, describeOnRedis } from '@holdfast/testing';
import { z } from 'zod';
import { startOwnPostgres } from './faults/own-postgres.ts';
import { type Fleet, openFleet } from './fleet.ts';
import type { TestRedis } from './redis-server.ts';
import { reserveRedis } from './redis-topologies.ts';

const logLine = z.looseObject({
  level: z.string(),
  message: z.string(),
  timestamp: z.string(),
  app: z.string(),
  cause: z.string().optional(),
  repeated: z.int().optional(),
  total: z.int().optional(),
});
type LogLine = z.infer<typeof logLine>;

/** The most lines about one cause from one process in about half a minute. */
const LINES_PER_CAUSE_MAX = 6;

describeOnRedis('what API and worker log while Redis and then PostgreSQL are away', (backend) => {
  let redis: TestRedis;
  let postgres: Awaited<ReturnType<typeof startOwnPostgres>>;
  let fleet: Fleet;
  const lines = new Map<TestProcess, readonly string[]>();

  beforeAll(async () => {
    redis = await reserveRedis(backend);
    await redis.start();
    postgres = await startOwnPostgres();
    fleet = await openFleet(backend, { redis, database: postgres });
    await fleet.client.stock('MUG', 10_000);
    for (const process of [...fleet.apis, ...fleet.workers]) lines.set(process, process.keepLines());
  });

  afterAll(() => fleet?.close());

  /** Makes calls until `over`; they may fail. */
  async function tradeUntil(over: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    void over.finally(() => ended.abort());
    while (!ended.signal.aborted) {
      const calls = Array.from({ length: 10 }, () => fleet.client.tryHold('MUG', 1, { ttl_seconds: 2 }));
      await Promise.allSettled(calls);
    }
  }

  const readyAgain = () =>
    eventually(async () => {
      expect(await fleet.client.ready()).toMatchObject({ status: 200, body: { queue: 'ok' } });
      expect((await fetch(`${fleet.workers[0]?.url}/readyz`)).status).toBe(200);
    });

  const parsed = (process: TestProcess): readonly LogLine[] =>
    (lines.get(process) ?? []).map((line) => logLine.parse(JSON.parse(line)));

  test('is JSON, has few lines for each cause, and the number of those left out', async () => {
    await tradeUntil(new Promise((resolve) => setTimeout(resolve, 1_000)));
    await redis.kill();
    await tradeUntil(new Promise((resolve) => setTimeout(resolve, 6_000)));
    await redis.start();
    await readyAgain();
    await postgres.crash();
    await tradeUntil(new Promise((resolve) => setTimeout(resolve, 3_000)));
    await readyAgain();

    // SIGTERM: the counts are logged before the process ends.
    const processes = [...lines.keys()];
    for (const process of processes) await fleet.stop(process);
    for (const process of processes) expectFewAndComplete(parsed(process));
    expect(await checkLedgerInvariants(postgres.url)).toEqual([]);
  });
});

/** Few lines for each cause; the first line and the counted ones add up to the total of the last line. */
function expectFewAndComplete(all: readonly LogLine[]): void {
  const troubles = all.filter(({ level }) => level === 'warn' || level === 'error');
  expect(troubles.map(({ message }) => message)).toContain('queue.producer_error');
  const causes = new Map<string, LogLine[]>();
  for (const line of troubles.filter(({ cause }) => cause !== undefined)) {
    const key = `${line.level} ${line.message} ${line.cause}`;
    causes.set(key, [...(causes.get(key) ?? []), line]);
  }
  for (const of of causes.values()) expect(of.length).toBeLessThanOrEqual(LINES_PER_CAUSE_MAX);
  const written = [...causes.values()].flat();
  const ends = all.filter(({ message }) => message === 'log.cause_ended');
  const firsts = written.filter(({ repeated }) => repeated === undefined).length;
  const counted = sum([...written, ...ends].map(({ repeated = 0 }) => repeated));
  const alone = firsts - ends.length; // a cause that occurred once has no last line
  expect(firsts + counted).toBe(sum(ends.map(({ total = 0 }) => total)) + alone);
  expect(counted).toBeGreaterThan(0);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((so, each) => so + each, 0);
