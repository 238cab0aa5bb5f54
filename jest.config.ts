import type { Config } from 'jest';

const OF_FLEETS =
  'tests/!(disk-full|kafka-tls|lost-commit-crash|npm-start|read-replicas|replica-*|row-types)';

/** What `QUEUES=redis-cluster` and others test again: the suites whose processes have a queue or use Redis. */
const ON_A_QUEUE = ['packages/{jobs,warehouse,events}/src/**/*', 'apps/{api,worker}/src/**/*', OF_FLEETS].map(
  (suites) => `<rootDir>/${suites}.{int,e2e}.test.ts`,
);

/** What `HOT_PATH=redis` tests again: the suites whose calls the hot path may answer, or whose commits it marks. */
const ANSWERED_AHEAD = [
  'apps/api/src/reservations/!(races-*|list-*|verbs-by-state)',
  'apps/api/src/stock/!(import*|list-*|snapshots)',
  'apps/api/src/carts/*',
  'apps/api/src/http/idempotency',
  'apps/worker/src/jobs/*',
  OF_FLEETS,
].map((suites) => `<rootDir>/${suites}.{int,e2e}.test.ts`);

/** Suites of whole processes that show each promise once, and each kind of fault in its short form. */
const SHORT =
  'checkout-to-warehouse|console*|fail-over|faults|gateway-limit|import-file|kafka-tls|lost-commit-crash|other-sites|oversell|redis-evicts|request-trace|row-types|set-clocks|watching|webhooks';

function matched(): readonly string[] {
  const { HOT_PATH: hotPath, LONG: long, QUEUES: queues = 'all' } = process.env;
  if (queues !== 'all') return ON_A_QUEUE;
  if (hotPath === 'redis') return ANSWERED_AHEAD;
  return long === undefined ? ['**/*.test.ts', `!**/tests/!(${SHORT}).e2e.test.ts`] : ['**/*.test.ts'];
}

/**
 * Three kinds of test, distinguished by their file name (see docs/testing.md):
 * `x.test.ts` is pure, `x.int.test.ts` uses real PostgreSQL and Redis, `tests/*.e2e.test.ts` runs whole processes.
 */
const config: Config = {
  testEnvironment: '<rootDir>/scripts/test-services/environment.cjs',
  roots: ['apps', 'bench', 'examples', 'packages', 'scripts', 'tests'].map((folder) => `<rootDir>/${folder}`),
  testMatch: [...matched()],
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  runner: '<rootDir>/scripts/test-services/suite-runner.cjs',
  testSequencer: '<rootDir>/scripts/test-services/long-first.cjs',
  globalSetup: '<rootDir>/scripts/test-services/jest-global-setup.ts',
  globalTeardown: '<rootDir>/scripts/test-services/jest-global-teardown.ts',
  setupFilesAfterEnv: [
    '<rootDir>/scripts/test-services/jest-deadlines.ts',
    '<rootDir>/scripts/test-services/jest-statements.ts',
  ],
  maxWorkers: 4, // on two cores: suites of whole processes mostly wait
};

export default config;
