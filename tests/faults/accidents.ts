import type { Dice } from '@holdfast/domain/testing';
import { eventually, type BreakAt, type CommitBreaker } from '@holdfast/testing';
import { Client } from 'pg';
import type { House } from '../house.ts';
import { patiently } from '../patience.ts';
import { PatientClient } from './client.ts';
import type { Findings } from './findings.ts';
import { FIRST_SKU, LAST_SKU, pick } from './goods.ts';
import type { OwnPostgres } from './own-postgres.ts';

/** Where accidents happen. */
export interface Scene {
  readonly name: string;
  readonly house: House;
  readonly postgres: OwnPostgres;
  readonly breaker: CommitBreaker;
  readonly dice: Dice;
  readonly findings: Findings;
  readonly startApi: () => Promise<unknown>;
}

const API_LEDGER = 'holdfast api ledger';
/** So many of these show that the service is back. */
const ANSWERS_AFTER = 10;
/** Longer than the ledger waits for a lock, so that it has to try again. */
const LOCK_HELD_SECONDS = 2.5;

/** Each makes its accident happen, and answers when it is over; `false`: it could not be brought about this time. */
const accidents = {
  'API killed': async ({ house, dice, startApi }) => {
    await house.kill(pick(dice, house.apis));
    await startApi();
  },
  'worker killed': async ({ house, dice }) => {
    await house.kill(pick(dice, house.workers));
    await house.start('worker');
  },
  'link cut before COMMIT': (scene) => cutAtCommit(scene, 'before'),
  'link cut after COMMIT': (scene) => cutAtCommit(scene, 'after'),
  'sessions ended': (scene) =>
    outside(scene, async (session) => {
      const { rows } = await session.query<{ pid: number }>(
        'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
        [API_LEDGER],
      );
      await session.query('SELECT pg_terminate_backend(pid) FROM unnest($1::integer[]) AS pid', [
        rows.map(({ pid }) => pid),
      ]);
      return rows.length > 0;
    }),
  'lock held': (scene) =>
    outside(scene, async (session) => {
      await session.query('BEGIN');
      await session.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [FIRST_SKU]);
      await session.query('SELECT pg_sleep($1)', [LOCK_HELD_SECONDS]);
      await session.query('ROLLBACK');
    }),
  deadlock: (scene) => outside(scene, (session) => deadlock(scene, session)),
  'serialization failures': (scene) => outside(scene, (session) => failSerialization(session, 3)),
  'more serialization failures than tries': (scene) =>
    outside(scene, (session) => failSerialization(session, 12)),
  'PostgreSQL restarted': ({ postgres }) => postgres.restart(),
  'PostgreSQL killed': ({ postgres }) => postgres.crash(),
} satisfies Record<string, (scene: Scene) => Promise<boolean | void>>;

export type Accident = keyof typeof accidents;

export const ACCIDENTS = Object.keys(accidents) as Accident[];

/** Accidents raise errors of their own: a trigger that fails as PostgreSQL would, for as many statements as is said. */
export async function prepareForAccidents(databaseUrl: string): Promise<void> {
  const session = new Client({ connectionString: databaseUrl });
  await session.connect();
  await session.query(`
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
      FOR EACH STATEMENT EXECUTE FUNCTION test_fail();`);
  await session.end();
}

/** Brings an accident about, and waits until the service has answered again after it. */
export async function happen(scene: Scene, accident: Accident, answered: () => number): Promise<void> {
  const isSo = await accidents[accident](scene);
  if (isSo !== false) scene.findings.happened(accident);
  const before = answered();
  await patiently(() => scene.findings.violations.length > 0 || answered() >= before + ANSWERS_AFTER);
}

async function cutAtCommit({ breaker }: Scene, at: BreakAt): Promise<void> {
  const before = breaker.broken;
  breaker.breakNext(at, API_LEDGER);
  await patiently(() => breaker.broken > before);
}

/**
 * The outsider holds the last level, some cart waits for it with the first level in its hands, and then the outsider
 * wants that one. It is patient: PostgreSQL lets the ledger lose.
 */
async function deadlock(scene: Scene, session: Client): Promise<boolean> {
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
  const cart = new PatientClient(
    () => scene.house.apis.map(({ url }) => url),
    scene.dice,
    scene.findings,
  ).insist({
    method: 'POST',
    path: '/v1/reservations',
    body: { lines: [LAST_SKU, FIRST_SKU].map((sku) => ({ sku, quantity: 1_000 })), ttl_seconds: 1 },
    key: `deadlock-${scene.name}-${before}-${Date.now()}`,
  });
  try {
    // Optimistic refusals take no lock: then it takes somebody who is served, and may not come about.
    const isSet = () => outside(scene, hasFirstAndWaitsForLast);
    if (!(await eventually(isSet, { timeoutMs: 10_000 }).catch(() => false))) return false;
    await session.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [FIRST_SKU]);
  } finally {
    await session.query('ROLLBACK');
    await cart;
  }
  // Sessions tell of it a moment later.
  const isTold = async () => (await deadlocks()) > before;
  return eventually(isTold, { timeoutMs: 3_000 }).catch(() => false);
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

async function failSerialization(session: Client, statements: number): Promise<void> {
  await session.query(
    `UPDATE test_failures SET until = $1::bigint + (SELECT last_value FROM test_statements)`,
    [statements],
  );
  await patiently(async () => {
    const { rows } = await session.query(
      'SELECT FROM test_failures WHERE until <= (SELECT last_value FROM test_statements)',
    );
    return rows.length > 0;
  });
}

async function outside<T>({ postgres }: Scene, work: (session: Client) => Promise<T>): Promise<T> {
  const session = new Client({ connectionString: postgres.url });
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
