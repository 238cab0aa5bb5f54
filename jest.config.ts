import type { Config } from 'jest';

/**
 * Three kinds of test, told apart by their file name (see docs/testing.md):
 * `x.test.ts` is pure, `x.int.test.ts` uses real PostgreSQL and Redis, `tests/*.e2e.test.ts` runs whole processes.
 */
const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/packages', '<rootDir>/scripts', '<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  globalSetup: '<rootDir>/scripts/test-services/jest-global-setup.ts',
  globalTeardown: '<rootDir>/scripts/test-services/jest-global-teardown.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
};

export default config;
