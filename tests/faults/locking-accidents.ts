import { eventually, withSession } from '@holdfast/testing';
import type { Client } from 'pg';
import { FIRST_SKU, LAST_SKU } from './goods.ts';
import { API_LEDGER, outside, patientClient, type Scene } from './scene.ts';

/** Longer than a batch waits for a lock, shorter than a blocked command waits. */
const LOCK_HELD_SECONDS = 2.5;
/** A deadlock that has not occurred by then is given up. */
const GIVE_UP_MS = 3_000;

export async function holdLock(session: Client): Promise<void> {
  await session.query('BEGIN');
  await session.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [FIRST_SKU]);
  await session.query('SELECT pg_sleep($1)', [LOCK_HELD_SECONDS]);
  await session.query('ROLLBACK');
}

/**
 * The test's session locks the last level, a cart waits for it with the first level locked, and then the test's session
 * asks for the first level. Its `deadlock_timeout` is long, so PostgreSQL ends the ledger's transaction.
 */
export async function deadlock(scene: Scene, session: Client): Promise<boolean> {
  const deadlocks = async () => {
    const { rows } = await session.query<{ deadlocks: number }>(
      'SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0]?.deadlocks ?? 0;
  };
  const before = await deadlocks();
  await session.query(`SET deadlock_timeout = '20s'`);
  await session.query('BEGIN');
  await session.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [LAST_SKU]);
  const cart = patientClient(scene).insist({
    method: 'POST',
    path: '/v1/reservations',
    body: { lines: [LAST_SKU, FIRST_SKU].map((sku) => ({ sku, quantity: 1_000 })), ttl_seconds: 1 },
    key: `deadlock-${scene.name}-${before}-${Date.now()}`,
  });
  try {
    // It may not occur: commands are set aside once the ledger knows the locked row.
    const isSet = (probe: Client) =>
      eventually(() => hasFirstAndWaitsForLast(probe), { timeoutMs: GIVE_UP_MS, everyMs: 2 }).catch(
        () => false,
      );
    if (!(await outside(scene, isSet))) return false;
    await session.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [FIRST_SKU]);
  } finally {
    await session.query('ROLLBACK');
    await cart;
  }
  // PostgreSQL updates this counter a moment later.
  const isCounted = async () => (await deadlocks()) > before;
  return eventually(isCounted, { timeoutMs: GIVE_UP_MS }).catch(() => false);
}

async function hasFirstAndWaitsForLast(probe: Client): Promise<boolean> {
  const waiting = await probe.query(
    `SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`,
    [API_LEDGER],
  );
  const free = await probe.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE SKIP LOCKED', [
    FIRST_SKU,
  ]);
  return waiting.rows.length > 0 && free.rows.length === 0;
}

export async function failSerialization(session: Client, statements: number): Promise<void> {
  await session.query(
    `UPDATE test_failures SET until = $1::bigint + (SELECT last_value FROM test_statements)`,
    [statements],
  );
  await eventually(async () => {
    const { rows } = await session.query(
      'SELECT FROM test_failures WHERE until <= (SELECT last_value FROM test_statements)',
    );
    return rows.length > 0;
  });
}

/** A trigger that fails with PostgreSQL's serialization error, for as many statements as `failSerialization` says. */
export const prepareForAccidents = (databaseUrl: string): Promise<unknown> =>
  withSession(databaseUrl, (session) =>
    session.query(`
    CREATE SEQUENCE test_statements;
    CREATE TABLE test_failures (until bigint NOT NULL);
    INSERT INTO test_failures VALUES (0);
    CREATE FUNCTION test_fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('test_statements') <= (SELECT until FROM test_failures) THEN
        RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER test_fail BEFORE INSERT ON stock_movements
      FOR EACH STATEMENT EXECUTE FUNCTION test_fail();`),
  );
