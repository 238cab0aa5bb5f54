import { PrismaPg } from '@prisma/adapter-pg';
import { WatchedPool, type ConnectionPool } from './connection-pool.ts';
import { Prisma, PrismaClient } from './generated/prisma/client.ts';

/** What may run a statement: the client itself, or a transaction that is passed on explicitly. */
export type Queryable = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>;
export type Transaction = Prisma.TransactionClient;
export type Sql = Prisma.Sql;

/** A tagged template whose values become parameters, never text; nests. */
export const sql = Prisma.sql;

export interface Database {
  readonly prisma: PrismaClient;
  /** Its connections, to be watched. */
  readonly pool: ConnectionPool;
  /** Whether the database answers within `timeoutMs`. Never throws. */
  isReachable(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Most connections at once. */
  readonly poolMax: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Session settings, such as `{ lock_timeout: '2s' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told of a pooled connection that broke while idle. */
  readonly onConnectionError?: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 3_000;

/** No statement of the service may take longer: its caller has gone by then. */
const DEFAULT_SETTINGS = { statement_timeout: '5s', idle_in_transaction_session_timeout: '10s' };

/** Prepared statements that a connection keeps. The service has a few dozen texts; the bound is for accidents. */
const PREPARED_MAX = 500;

/** Opens a pool. Nothing is connected before the first statement. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const pool = new WatchedPool({
    connectionString: url,
    max: options.poolMax,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    statementNameGenerator: nameStatements(),
    onPoolError: (error) => options.onConnectionError?.(error),
    onConnectionError: (error) => options.onConnectionError?.(error),
  });
  const prisma = new PrismaClient({ adapter });
  return {
    prisma,
    pool,
    isReachable: (timeoutMs) => answersWithin(prisma, timeoutMs),
    close: () => prisma.$disconnect(),
  };
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

async function answersWithin(prisma: PrismaClient, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const answered = prisma.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
