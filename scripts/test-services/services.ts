import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@holdfast/db';
import { createTemplate, dropTemplate, queuesOfRun } from '@holdfast/testing';
import { hasRedisServer } from '../../tests/redis-server.ts';
import { startRedis } from '../../tests/redis-topologies.ts';
import { startEmbeddedPostgres } from '../embedded-postgres/start.ts';
import { compileApps } from './compiled-apps.ts';
import { measureSpeed } from './speed.ts';

/** Given back in reverse order. */
type GiveBack = () => Promise<void>;

/**
 * What the tests find in their environment:
 * HOLDFAST_TEST_POSTGRES_URL (an account that may create databases), HOLDFAST_TEST_TEMPLATE (a migrated database to
 * clone), HOLDFAST_TEST_REDIS_URL (unset where there is no Redis), HOLDFAST_TEST_APPS (the compiled apps),
 * HOLDFAST_TEST_STATEMENTS (see record-statements.ts) and HOLDFAST_TEST_SLOWNESS (see speed.ts). packages/testing reads them.
 * WORKER_NICE is 0 for the workers that they start: a worker with a lower priority gets no CPU beside other suites.
 */
export async function startTestServices(env: NodeJS.ProcessEnv): Promise<GiveBack> {
  measureSpeed(env);
  env['WORKER_NICE'] = '0';
  const opened: GiveBack[] = [];
  const giveBack = async () => {
    for (const each of opened.splice(0).toReversed()) await each();
  };
  try {
    for (const provide of [compileApps, keepStatements, providePostgres, provideTemplate, provideRedis]) {
      opened.push(await provide(env));
    }
    return giveBack;
  } catch (error) {
    await giveBack();
    throw error;
  }
}

async function keepStatements(env: NodeJS.ProcessEnv): Promise<GiveBack> {
  if (env['HOLDFAST_TEST_STATEMENTS']) return async () => undefined;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-statements-'));
  env['HOLDFAST_TEST_STATEMENTS'] = folder;
  return async () => rmSync(folder, { recursive: true, force: true });
}

async function providePostgres(env: NodeJS.ProcessEnv): Promise<GiveBack> {
  if (env['HOLDFAST_TEST_POSTGRES_URL']) return async () => undefined;
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  const postgres = await startEmbeddedPostgres({ dataDir, throwaway: true });
  env['HOLDFAST_TEST_POSTGRES_URL'] = postgres.url;
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function provideTemplate(env: NodeJS.ProcessEnv): Promise<GiveBack> {
  const template = await createTemplate(migrate);
  env['HOLDFAST_TEST_TEMPLATE'] = template;
  return () => dropTemplate(template);
}

/**
 * Without Redis half of the promises are not tested. That is all right on a laptop, if said, and never in CI, nor where
 * `QUEUES` names one: then it is of that kind, and the run's own.
 */
async function provideRedis(env: NodeJS.ProcessEnv): Promise<GiveBack> {
  const queues = queuesOfRun(env);
  if (queues === 'postgres') return async () => undefined;
  const isNamed = queues !== undefined && queues !== 'all';
  const given = isNamed ? undefined : env['HOLDFAST_TEST_REDIS_URL'] || env['REDIS_URL'];
  const name = isNamed ? queues : 'redis';
  const redis = given || !hasRedisServer ? undefined : await startRedis({ name });
  const url = given ?? redis?.url;
  if (url) {
    env['HOLDFAST_TEST_REDIS_URL'] = url;
    return async () => redis?.close();
  }
  const missing = 'no redis-server in PATH, and REDIS_URL is not set';
  if (env['CI'] || isNamed) throw new Error(`The Redis tests cannot run: ${missing}.`);
  process.stderr.write(`Redis tests are skipped: ${missing}.\n`);
  return async () => undefined;
}
