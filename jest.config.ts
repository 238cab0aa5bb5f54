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

function matched(): readonly string[] {
  const { HOT_PATH: hotPath, QUEUES: queues = 'all' } = process.env;
  if (queues !== 'all') return ON_A_QUEUE;
  return hotPath === 'redis' ? ANSWERED_AHEAD : ['**/*.test.ts'];
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
