import { randomBytes } from 'node:crypto';

const NAMES = ['postgres', 'redis', 'redis-sentinel', 'redis-cluster'] as const;
type BackendName = (typeof NAMES)[number];

/** Where the queues live. `redisUrl` is what an app gets as REDIS_URL. */
export interface TestQueueBackend {
  readonly name: BackendName;
  readonly redisUrl: string | undefined;
}

export const onPostgres: TestQueueBackend = { name: 'postgres', redisUrl: undefined };

/** What `QUEUES` says (docs/testing.md). Undefined: each suite has its own. */
export function queuesOfRun(env: NodeJS.ProcessEnv = process.env): BackendName | 'all' | undefined {
  const { HOT_PATH: hotPath, QUEUES: wanted = hotPath && 'redis' } = env;
  if (!wanted) return undefined;
  const known = ['all', ...NAMES] as const;
  const queues = known.find((each) => each === wanted);
  if (!queues) throw new Error(`QUEUES must be one of: ${known.join(', ')}`);
  if (hotPath && !queues.startsWith('redis')) throw new Error('HOT_PATH needs queues in one kind of Redis');
  return queues;
}

/** Redis is missing where the run has none. */
export function backendsOfRun(): readonly TestQueueBackend[] {
  const queues = queuesOfRun();
  if (queues === 'postgres') return [onPostgres];
  const redisUrl = process.env['HOLDFAST_TEST_REDIS_URL'];
  if (queues === undefined || queues === 'all') {
    return redisUrl ? [onPostgres, { name: 'redis', redisUrl }] : [onPostgres];
  }
  return [{ name: queues, redisUrl }];
}

/** For `describe.each` of promises that each backend implements separately. */
export const queueBackends: readonly TestQueueBackend[] = backendsOfRun();

/** Whether its servers have one address: a link can break the way to it. */
export const isOneServer = ({ redisUrl }: Pick<TestQueueBackend, 'redisUrl'>): boolean =>
  !redisUrl?.includes('+');

type Suite = (backend: TestQueueBackend) => void;

/** `describe.each` for promises about Redis; skipped where the run has none. */
export function describeOnRedis(name: string, suite: Suite): void {
  describeOn(
    queueBackends.filter(({ redisUrl }) => redisUrl !== undefined),
    name,
    suite,
  );
}

/** `describe.each` for tests behind a link; skipped if each backend of the run has several servers. */
export function describeBehindLink(name: string, suite: Suite): void {
  describeOn(queueBackends.filter(isOneServer), name, suite);
}

function describeOn(some: readonly TestQueueBackend[], name: string, suite: Suite): void {
  if (some.length > 0) describe.each(some)(name, suite);
  else describe.skip.each(queueBackends)(name, suite);
}

/**
 * For `describe.each` of a suite that takes long and uses the queue as others do: the named backend, or all with
 * `QUEUES=all`, or the one that `QUEUES` names. Without Redis it runs on PostgreSQL.
 */
export function mostlyOn(name: 'postgres' | 'redis'): readonly TestQueueBackend[] {
  if (queuesOfRun() === 'all') return queueBackends;
  return [queueBackends.find((backend) => backend.name === name) ?? queueBackends[0] ?? onPostgres];
}

/** For a suite to which the queue does not matter: PostgreSQL, or what `QUEUES` names. */
export const queueOfRun: TestQueueBackend = queueBackends[0] ?? onPostgres;

/** What an app in this process is given of `QUEUES` and `HOT_PATH`. */
export const settingsOfRun = (): Readonly<Record<string, string | undefined>> => ({
  REDIS_URL: queueOfRun.redisUrl,
  HOT_PATH: process.env['HOT_PATH'],
});

/** A queue prefix that no other test file uses: the run has one Redis for all. */
export const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}`;
