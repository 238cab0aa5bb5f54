import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
import { DEADLINE_MS, scaled } from './patience.ts';

const CONNECT_TIMEOUT = 'connect_timeout';
const CONNECT_SECONDS = Math.ceil(scaled(DEADLINE_MS) / 1_000);

/** A database of one test file's own. */
export interface TestDatabase {
  /** With a long `connect_timeout` (see {@link withServiceLimits}): a busy machine connects late. */
  readonly url: string;
  /** Removes it, with every connection that is still open to it. */
  drop(): Promise<void>;
}

/** A database with all tables and nothing in them, cloned from the run's template in some 30 ms. */
export const createTestDatabase = (): Promise<TestDatabase> => create(fromRun('HOLDFAST_TEST_TEMPLATE'));

/** A database without a table, for tests of the migrations themselves. */
export const createEmptyDatabase = (): Promise<TestDatabase> => create('template0');

/** For Jest's global set-up: migrates the database that all others are cloned from, and answers its name. */
export async function createTemplate(migrate: (url: string) => Promise<unknown>): Promise<string> {
  const { url } = await createEmptyDatabase();
  await migrate(url);
  return new URL(url).pathname.slice(1);
}

export const dropTemplate = (name: string): Promise<void> => drop(name);

async function create(template: string): Promise<TestDatabase> {
  const name = `holdfast_test_${randomBytes(8).toString('hex')}`;
  await administer(`CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${escapeIdentifier(template)}`);
  const url = new URL(administrationUrl());
  url.pathname = `/${name}`;
  url.searchParams.set(CONNECT_TIMEOUT, String(CONNECT_SECONDS));
  return { url: url.href, drop: () => drop(name) };
}

/** The URL as users have it: for tests of the service's own limit, and of its return after a silence. */
export function withServiceLimits(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.delete(CONNECT_TIMEOUT);
  return url.href;
}

/** An account of the run's PostgreSQL that may create databases. */
export const administrationUrl = (): string => fromRun('HOLDFAST_TEST_POSTGRES_URL');

const drop = (name: string) => administer(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);

const administer = (statement: string): Promise<void> =>
  withSession(administrationUrl(), async (session) => void (await session.query(statement)));

function fromRun(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: run the tests with "npm test", which starts what they need`);
}

/**
 * A session of PostgreSQL for `work`, which ends with it.
 *
 * @param applicationName shown in pg_stat_activity
 * @throws errors of `work`: a broken session is reported by its query only
 */
export async function withSession<T>(
  url: string,
  work: (session: Client) => Promise<T>,
  applicationName?: string,
): Promise<T> {
  const session = new Client({ connectionString: url, application_name: applicationName });
  session.on('error', () => {});
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
