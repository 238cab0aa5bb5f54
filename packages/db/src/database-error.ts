import { DatabaseError } from 'pg';
import { z } from 'zod';

/**
 * What a failed statement means to its caller:
 * - `conflict`: lost against another transaction, nothing done; again at once may well succeed;
 * - `data`: this very statement can never succeed (a CHECK, a type, a constraint);
 * - `timeout`: took too long, or the lock table is full; nothing was done, and a smaller batch may succeed;
 * - `unreachable`: the server could not be reached, so nothing was done;
 * - `busy`: no connection was free in time, so nothing was done;
 * - `read_only`: the server cannot be written to for now, so nothing was done;
 * - `connection`: the server went away while it was at it;
 * - `other`: not a database error.
 */
export type DatabaseErrorKind =
  'conflict' | 'data' | 'timeout' | 'unreachable' | 'busy' | 'read_only' | 'connection' | 'other';

const withDriverError = z.object({
  code: z.string().optional(),
  meta: z
    .object({
      driverAdapterError: z
        .object({ cause: z.object({ originalCode: z.string().optional(), kind: z.string().optional() }) })
        .optional(),
    })
    .optional(),
});

/**
 * SQLSTATE of deadlock_detected, serialization_failure, lock_not_available; foreign_key_violation: what the
 * row refers to was deleted meanwhile.
 */
const CONFLICTS = new Set(['40P01', '40001', '55P03', '23503']);
/** query_canceled; out_of_memory, with which PostgreSQL reports a full lock table. */
const TOO_MUCH_AT_ONCE = new Set(['57014', '53200']);
/** Prisma: can't reach. */
const UNREACHABLE_CODES = new Set([
  'HOLDFAST_UNREACHABLE',
  'P1001',
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);
/** Of our pool; Prisma: timed out waiting for a connection of the pool. */
const BUSY_CODES = new Set(['HOLDFAST_POOL_BUSY', 'P2024']);
/** Prisma: timed out, closed the connection, transaction API error (expired or closed). */
const CONNECTION_CODES = new Set(['P1002', 'P1008', 'P1017', 'P2028', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** The adapter's own names. */
const UNREACHABLE_KINDS = new Set(['DatabaseNotReachable', 'TooManyConnections']);
const CONNECTION_KINDS = new Set(['ConnectionClosed', 'SocketTimeout']);
/** cannot_connect_now; insufficient_resources (disk, memory, connections): the statement did nothing. */
const UNREACHABLE_STATES = new Set(['57P03', '53000', '53100', '53200', '53300', '53400']);

const READ_ONLY_TRANSACTION = '25006';

/** The SQLSTATE that PostgreSQL gave, where the error has one. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof DatabaseError) return error.code;
  const parsed = withDriverError.safeParse(error);
  return parsed.success ? parsed.data.meta?.driverAdapterError?.cause.originalCode : undefined;
}

export function classifyDatabaseError(error: unknown): DatabaseErrorKind {
  const parsed = withDriverError.safeParse(error);
  if (!parsed.success) return 'other';
  const { code, meta } = parsed.data;
  const cause = meta?.driverAdapterError?.cause;
  const sqlState = sqlStateOf(error);
  if (code === 'P2034') return 'conflict';
  if (sqlState !== undefined) {
    if (CONFLICTS.has(sqlState)) return 'conflict';
    if (TOO_MUCH_AT_ONCE.has(sqlState)) return 'timeout';
    if (sqlState === READ_ONLY_TRANSACTION) return 'read_only';
    if (UNREACHABLE_STATES.has(sqlState)) return 'unreachable';
    // Class 08: connection exceptions. 57P0x: the server is stopping or crashed. 53: out of resources.
    if (/^(08|57P|53|25P03)/.test(sqlState)) return 'connection';
    if (/^(22|23)/.test(sqlState)) return 'data';
    return 'other';
  }
  if (code === 'HOLDFAST_TRANSACTION_TOO_LONG') return 'timeout';
  if (BUSY_CODES.has(code ?? '') || hasNotBegun(error)) return 'busy';
  const kind = cause?.kind ?? '';
  if (UNREACHABLE_KINDS.has(kind) || UNREACHABLE_CODES.has(code ?? '')) return 'unreachable';
  if (CONNECTION_KINDS.has(kind) || CONNECTION_CODES.has(code ?? '')) return 'connection';
  return isBrokenSocket(error) ? 'connection' : 'other';
}

/**
 * Whether it is certain that the statement or transaction has committed nothing: the server has refused it
 * and has kept the session, or nothing was sent. A session that was ended may have committed before.
 */
export function hasCommittedNothing(error: unknown): boolean {
  const kind = classifyDatabaseError(error);
  if (sqlStateOf(error) !== undefined) return kind !== 'connection';
  return kind === 'conflict' || kind === 'busy' || hasCode(error, 'HOLDFAST_UNREACHABLE');
}

const hasCode = (error: unknown, code: string): boolean =>
  withDriverError.safeParse(error).data?.code === code;

/** node-postgres has no code for a socket that ended under a statement. */
function isBrokenSocket(error: unknown): boolean {
  return (
    error instanceof Error && /connection terminated|connection error|not queryable/i.test(error.message)
  );
}

/** Prisma's P2028 is for a transaction that has not begun in time, and for one that took too long. */
function hasNotBegun(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Unable to start a transaction');
}
