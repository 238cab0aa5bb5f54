import type { Config } from 'jest';

/**
 * What is tested again with `LOCKING=optimistic`: the suites whose outcome the ledger decides, by their folders. What tells
 * of documents, bodies, queues, files, the warehouse or of processes that start and stop is the same either way, and so is
 * what only reads. Not again: suites that run with both ways each time.
 */
const DECIDED_BY_THE_LEDGER = [
  'packages/ledger/src/**/!(ledger-model|lock*|order-traffic)',
  'apps/api/src/routes/!(consistency|dead-events|list-*|receive-events|snapshots|webhook-*)',
  'apps/api/src/http/idempotency',
  'apps/worker/src/jobs/{expire-due-holds,import-stock}',
  'tests/{oversell,random-load,lost-commit-crash}',
].map((suites) => `<rootDir>/${suites}.{int,e2e}.test.ts`);

/**
 * Three kinds of test, told apart by their file name (see docs/testing.md):
 * `x.test.ts` is pure, `x.int.test.ts` uses real PostgreSQL and Redis, `tests/*.e2e.test.ts` runs whole processes.
 */
const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/packages', '<rootDir>/scripts', '<rootDir>/tests'],
  testMatch: process.env['LOCKING'] === 'optimistic' ? DECIDED_BY_THE_LEDGER : ['**/*.test.ts'],
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  testSequencer: '<rootDir>/scripts/test-services/long-first.cjs',
  globalSetup: '<rootDir>/scripts/test-services/jest-global-setup.ts',
  globalTeardown: '<rootDir>/scripts/test-services/jest-global-teardown.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
};

export default config;
