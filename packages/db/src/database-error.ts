import { z } from 'zod';

/**
 * What a failed statement means to its caller:
 * - `conflict`: lost against another transaction, nothing done; again at once may well succeed;
 * - `data`: this very statement can never succeed (a CHECK, a type, a constraint);
 * - `timeout`: took too long, nothing done;
 * - `connection`: the server could not be reached, or went away;
 * - `other`: not a database error.
 */
export type DatabaseErrorKind = 'conflict' | 'data' | 'timeout' | 'connection' | 'other';

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

/** SQLSTATE of deadlock_detected, serialization_failure, lock_not_available. */
const CONFLICTS = new Set(['40P01', '40001', '55P03']);
/** Prisma: can't reach, timed out, closed the connection, transaction API error (expired or closed), timed out on the pool. */
const CONNECTION_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
/** Drivers' own names for a server that is not there. */
const CONNECTION_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);

/** The SQLSTATE that PostgreSQL gave, where the error has one. */
export function sqlStateOf(error: unknown): string | undefined {
  const parsed = withDriverError.safeParse(error);
  return parsed.success ? parsed.data.meta?.driverAdapterError?.cause.originalCode : undefined;
}

export function classifyDatabaseError(error: unknown): DatabaseErrorKind {
  const parsed = withDriverError.safeParse(error);
  if (!parsed.success) return 'other';
  const { code, meta } = parsed.data;
  const cause = meta?.driverAdapterError?.cause;
  const sqlState = cause?.originalCode;
  if (code === 'P2034') return 'conflict';
  if (sqlState !== undefined) {
    if (CONFLICTS.has(sqlState)) return 'conflict';
    if (sqlState === '57014') return 'timeout';
    // Class 08: connection exceptions. 57P0x: the server is stopping, crashed or starting. 53: out of resources.
    if (/^(08|57P|53|25P03)/.test(sqlState)) return 'connection';
    if (/^(22|23)/.test(sqlState)) return 'data';
    return 'other';
  }
  if (CONNECTION_KINDS.has(cause?.kind ?? '') || CONNECTION_CODES.has(code ?? '')) return 'connection';
  if (/^E(CONN|PIPE|TIMEDOUT|AI_AGAIN|HOSTUNREACH)/.test(code ?? '')) return 'connection';
  return isBrokenSocket(error) ? 'connection' : 'other';
}

/** node-postgres has no code for a socket that ended under a statement. */
function isBrokenSocket(error: unknown): boolean {
  return (
    error instanceof Error && /connection terminated|connection error|not queryable/i.test(error.message)
  );
}
