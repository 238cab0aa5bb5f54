import { setTimeout as wait } from 'node:timers/promises';
import { sql, type Database, type SqlRunner, type Sql } from '@holdfast/db';
import { LEDGER_LIMITS, LEDGER_SESSION } from '../limits.ts';
import { lookForNames, type LockedName } from './name-locks.ts';

/** A row that a batch locks, by its table and primary key. `names` has no rows (name-locks.ts). */
export interface Row {
  readonly table: keyof typeof TABLES | LockedName['table'];
  readonly key: readonly string[];
}

/** A row that another transaction keeps locked. */
export interface LockedRow extends Row {
  /** The row's `xmax`, or for a name the virtual transaction: another for each transaction. */
  readonly holder: string;
}

interface Table {
  readonly from: Sql;
  /** The primary key, as a text array. */
  readonly key: Sql;
  readonly isOneOf: (rows: readonly Row[]) => Sql;
}

/** One column of the keys of rows. */
export const keyPart = (rows: readonly Row[], index: number): string[] =>
  rows.map(({ key }) => key[index] ?? '');

/** The tables in which batches lock rows. A new kind of lock is added here and in wanted-rows.ts. */
const TABLES = {
  stock_levels: {
    from: sql`stock_levels`,
    key: sql`ARRAY[sku, location]`,
    isOneOf: (rows) =>
      sql`(sku, location) IN (SELECT * FROM unnest(${keyPart(rows, 0)}::text[], ${keyPart(rows, 1)}::text[]))`,
  },
  reservations: {
    from: sql`reservations`,
    key: sql`ARRAY[id::text]`,
    isOneOf: (rows) => sql`id = ANY(${keyPart(rows, 0)}::uuid[])`,
  },
  orders: {
    from: sql`orders`,
    key: sql`ARRAY[order_id]`,
    isOneOf: (rows) => sql`order_id = ANY(${keyPart(rows, 0)}::text[])`,
  },
  stock_imports: {
    from: sql`stock_imports`,
    key: sql`ARRAY[id::text]`,
    isOneOf: (rows) => sql`id = ANY(${keyPart(rows, 0)}::uuid[])`,
  },
  skus: {
    from: sql`skus`,
    key: sql`ARRAY[sku]`,
    isOneOf: (rows) => sql`sku = ANY(${keyPart(rows, 0)}::text[])`,
  },
} satisfies Record<string, Table>;

export const nameOfRow = ({ table, key }: Row): string => JSON.stringify([table, ...key]);

/** Those of the rows that some transaction has locked at this moment. Waits for none of them. */
export async function lookForLocks(db: SqlRunner, rows: readonly Row[]): Promise<readonly LockedRow[]> {
  const ofTables = await eachTable(
    rows,
    ({ from, key, isOneOf }, ofTable) => db.$queryRaw<Omit<LockedRow, 'table'>[]>`
      WITH free AS MATERIALIZED (
        SELECT ${key} AS key
        FROM ${from}
        WHERE ${isOneOf(ofTable)}
        FOR NO KEY UPDATE SKIP LOCKED
      )
      SELECT ${key} AS key, xmax::text AS holder
      FROM ${from}
      WHERE ${isOneOf(ofTable)}
        AND ${key} NOT IN (SELECT key FROM free)`,
  );
  return [...ofTables, ...(await lookForNames(db, rows.filter(isName)))];
}

const isName = ({ table }: Row): boolean => table === 'names';

/** Those of the rows that one of these transactions has, or had, locked. Takes no lock. */
export function rowsHeldBy(
  db: SqlRunner,
  holders: readonly string[],
  rows: readonly Row[],
): Promise<readonly LockedRow[]> {
  return eachTable(
    rows,
    ({ from, key, isOneOf }, ofTable) => db.$queryRaw<Omit<LockedRow, 'table'>[]>`
      SELECT ${key} AS key, xmax::text AS holder
      FROM ${from}
      WHERE ${isOneOf(ofTable)}
        AND xmax::text = ANY(${[...holders]}::text[])`,
  );
}

async function eachTable(
  rows: readonly Row[],
  look: (table: Table, rows: readonly Row[]) => Promise<readonly Omit<LockedRow, 'table'>[]>,
): Promise<readonly LockedRow[]> {
  const found: LockedRow[] = [];
  for (const table of Object.keys(TABLES) as (keyof typeof TABLES)[]) {
    const ofTable = rows.filter((row) => row.table === table);
    if (ofTable.length === 0) continue;
    for (const { key, holder } of await look(TABLES[table], ofTable)) found.push({ table, key, holder });
  }
  return found;
}

/** The result of the checks of rows that a batch has waited for. */
export interface KeptRows {
  /** Rows that one transaction had locked in all checks, and that transaction is no ordinary batch. */
  readonly kept: readonly LockedRow[];
  /** Whether only ordinary batches have rows locked: the batch waits for those. */
  readonly areContended: boolean;
  /** Whether another batch of this ledger is among them. */
  readonly areOwn: boolean;
}

/** Checks twice, `lockLookAgainMs` apart, and once more if no batch seems to keep the rows locked. */
export async function findKeptRows(database: Database, rows: readonly Row[]): Promise<KeptRows> {
  const db = database.prisma;
  const first = await lookForLocks(db, rows);
  if (first.length === 0) return { kept: [], areContended: false, areOwn: false };
  await wait(LEDGER_LIMITS.lockLookAgainMs);
  const still = stillLocked(first, await lookForLocks(db, first));
  const ordinary = still.length > 0 ? await readOrdinary(database, still) : [];
  const holders = new Set(ordinary.map(({ holder }) => holder));
  const others = still.filter(({ holder }) => !holders.has(holder));
  // A batch that ended after the second check is not among the ordinary ones.
  const kept = others.length > 0 ? stillLocked(others, await lookForLocks(db, others)) : [];
  return { kept, areContended: kept.length === 0, areOwn: ordinary.some(({ isOwn }) => isOwn) };
}

/**
 * Those of the holders that are batches of this ledger, or active batches of another. A batch of another
 * ledger is not active if it is older than batches become, or if its process has sent nothing for a while: it
 * may be frozen, or cut off.
 */
async function readOrdinary(
  { prisma, pool }: Database,
  rows: readonly LockedRow[],
): Promise<readonly { readonly holder: string; readonly isOwn: boolean }[]> {
  const ownPids = [...pool.sessionPids];
  return prisma.$queryRaw<{ holder: string; isOwn: boolean }[]>`
    SELECT
      coalesce(l.transactionid::text, l.virtualxid) AS holder,
      pid = ANY(${ownPids}::integer[]) AS "isOwn"
    FROM pg_locks l
    JOIN pg_stat_activity session USING (pid)
    WHERE l.locktype IN ('transactionid', 'virtualxid')
      AND l.granted
      AND coalesce(l.transactionid::text, l.virtualxid) = ANY(${rows.map(({ holder }) => holder)}::text[])
      AND (
        pid = ANY(${ownPids}::integer[])
        OR (
          session.application_name LIKE ${`%${LEDGER_SESSION}%`}
          AND session.xact_start > clock_timestamp() - ${LEDGER_LIMITS.ordinaryBatchMaxMs}::integer * interval '1 ms'
          AND NOT (
            session.state LIKE 'idle in transaction%'
            AND session.state_change < clock_timestamp() - ${LEDGER_LIMITS.ordinaryIdleMaxMs}::integer * interval '1 ms'
          )
        )
      )`;
}

/** Those of the rows that the same transaction has locked at a later check. */
export function stillLocked(before: readonly LockedRow[], now: readonly LockedRow[]): LockedRow[] {
  const holders = new Map(now.map((row) => [nameOfRow(row), row.holder]));
  return before.filter((row) => holders.get(nameOfRow(row)) === row.holder);
}
