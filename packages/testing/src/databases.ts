import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';

/** A database of one test file's own. */
export interface TestDatabase {
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
  const url = new URL(fromRun('HOLDFAST_TEST_POSTGRES_URL'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(name) };
}

const drop = (name: string) => administer(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: fromRun('HOLDFAST_TEST_POSTGRES_URL') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function fromRun(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: run the tests with "npm test", which starts what they need`);
}
