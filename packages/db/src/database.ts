import { PrismaPg } from '@prisma/adapter-pg';
import { PostgresPool, type ConnectionPool, type PostgresPoolOptions } from './connections/index.ts';
import { Prisma, PrismaClient } from './generated/prisma/client.ts';
import { RawTransaction } from './raw-transaction.ts';

/** What may run a statement: the client itself, or a transaction that is passed on explicitly. */
export type Queryable = PrismaClient | Transaction;
export type Transaction = Prisma.TransactionClient;
export type Sql = Prisma.Sql;

/** A tagged template whose values become parameters, never text; nests. */
export const sql = Prisma.sql;

export interface Database {
  readonly prisma: PrismaClient;
  readonly pool: ConnectionPool;
  /**
   * Runs `work` in a transaction without Prisma (raw-transaction.ts). What it throws rolls back. Two
   * statements are two round trips with the option `pipeline`, and four without.
   *
   * @param timeoutMs no statement begins later than this after the first
   */
  inRawTransaction<Result>(timeoutMs: number, work: (tx: RawTransaction) => Promise<Result>): Promise<Result>;
  /** Whether its connections answer within `timeoutMs` and can write. Never throws. */
  canWrite(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions
  extends
    Pick<PostgresPoolOptions, 'applicationName' | 'settings' | 'serverMustBe' | 'pipeline'>,
    Partial<Pick<PostgresPoolOptions, 'waitMaxMs' | 'statementTimeoutMs'>> {
  /** Most connections at once. */
  readonly poolMax: number;
  /** Called with the error of a broken connection. */
  readonly onConnectionError?: (error: Error) => void;
}

/** To open a connection, and to wait for a free one. */
const CONNECTION_WAIT_MAX_MS = 2_500;

/** No statement of the service may take longer: its caller has gone by then. */
const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * More than one statement may take, so that PostgreSQL ends a wait for a lock, and nothing was done. If
 * Prisma ends the transaction, its outcome is unknown.
 */
const TRANSACTION_TIMEOUT_MS = 8_000;

/**
 * How long a transaction keeps its locks when its process sends nothing. The process itself treats a silent
 * connection as lost after about the same time, so other sessions do not wait longer for those locks.
 */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000;

/** Prepared statements of a connection. The service has a few dozen; the bound is for accidents. */
const PREPARED_MAX = 500;

/**
 * Session settings for statements that are few and read a handful of rows by index. Left alone, the planner
 * would fix on a plan made while the tables were empty, a scan of the whole table, or plan each call anew,
 * which takes longer than the read (docs/decisions/0004).
 */
export const PINNED_PLANS: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};

/**
 * Opens a pool. Nothing is connected before the first statement.
 * @throws {Error} when the URL cannot be read
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const pool = new PostgresPool(url, {
    max: options.poolMax,
    applicationName: options.applicationName,
    waitMaxMs: options.waitMaxMs ?? CONNECTION_WAIT_MAX_MS,
    statementTimeoutMs: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    settings: {
      idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_TIMEOUT_MS),
      ...options.settings,
    },
    serverMustBe: options.serverMustBe,
    pipeline: options.pipeline,
  });
  const nameOf = nameStatements();
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    statementNameGenerator: nameOf,
    onPoolError: (error) => options.onConnectionError?.(error),
    onConnectionError: (error) => options.onConnectionError?.(error),
  });
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: {
      timeout: TRANSACTION_TIMEOUT_MS,
      maxWait: pool.waitMaxMs,
    },
  });
  return {
    prisma,
    pool,
    inRawTransaction: async (timeoutMs, work) =>
      RawTransaction.run(await pool.connect(), nameOf, timeoutMs, work),
    canWrite: (timeoutMs) => pool.canWrite(timeoutMs),
    close: () => prisma.$disconnect(),
  };
}

/** Whether all of these answer within `timeoutMs` and can write. Never throws. */
export async function canAllWrite(
  those: readonly Pick<Database, 'canWrite'>[],
  timeoutMs: number,
): Promise<boolean> {
  return !(await Promise.all(those.map((each) => each.canWrite(timeoutMs)))).includes(false);
}

/** Gives every statement text a name, so that the server parses and plans it once for each connection. */
function nameStatements(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql: text }) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= PREPARED_MAX) return ''; // unnamed: prepared for this once
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };
}
