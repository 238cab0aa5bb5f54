import { readDatabaseUrl } from './connections/index.ts';
import type { Database } from './database.ts';
import { only } from './reading-rows.ts';

/** Connections to PostgreSQL that the pools of one process open at most, by purpose. */
interface PoolSizes {
  readonly reading: number;
  /** Of single reservations and SKUs, by an API. A worker has none. */
  readonly single_reads?: number;
  readonly ledger: number;
  /** With queues in Redis these are 0. */
  readonly queue_producer: number;
  /** An API has none. */
  readonly queue_workers?: number;
  /** One for each queue that it takes jobs from: LISTEN. */
  readonly queue_listening?: number;
  /** For tokens, by an API with replicas. */
  readonly position?: number;
}

export interface ConnectionBudget extends Required<PoolSizes> {
  /** A URL with several servers: each pool asks all of them, before it opens its first connection again. */
  readonly choosing_server: number;
  readonly total: number;
}

/**
 * All connections to PostgreSQL that a process opens at most. Those of its start (migrations, the time) are
 * closed before it opens its last pool.
 */
export function connectionBudget(databaseUrl: string, sizes: PoolSizes): ConnectionBudget {
  const pools = { single_reads: 0, queue_workers: 0, queue_listening: 0, position: 0, ...sizes };
  // Those that listen are in the pool of the queue's workers.
  const { queue_listening: _, ...separate } = pools;
  const hasSeveralServers = readDatabaseUrl(databaseUrl).servers.length > 1;
  const choosing = hasSeveralServers ? Object.values(separate).filter((max) => max > 0).length : 0;
  const total = Object.values(pools).reduce((sum, max) => sum + max, choosing);
  return { ...pools, choosing_server: choosing, total };
}

/** The connections of a PostgreSQL server. */
interface ServerConnections {
  readonly max: number;
  /** Of them, for superusers and other privileged accounts only. */
  readonly reserved: number;
  readonly inUse: number;
  /** Of those in use, in other databases than Holdfast's. */
  readonly inUseElsewhere: number;
}

interface BudgetLog {
  info(event: string, fields: Record<string, unknown>): unknown;
  warn(event: string, fields: Record<string, unknown>): unknown;
}

/**
 * Logs once how many connections this process opens at most, and warns when the server has too few for that.
 * For the start of a process, before its pools are used. Never throws.
 */
export async function reportConnections(
  database: Database,
  budget: ConnectionBudget,
  log: BudgetLog,
): Promise<void> {
  const server = await readServerConnections(database).catch(() => undefined);
  log.info('database.connections', {
    ...budget,
    ...(server && { max_connections: server.max, reserved: server.reserved, in_use: server.inUse }),
  });
  const shortage = server && describeShortage(budget, server);
  if (shortage) log.warn('database.connections_short', { reason: shortage });
}

/**
 * What is wrong, and what to change. Undefined when all connections of a process find a place now, and take
 * at most half of what the server leaves to Holdfast: during a deploy the old process and the new one run.
 */
export function describeShortage(budget: ConnectionBudget, server: ServerConnections): string | undefined {
  const { max, reserved, inUse, inUseElsewhere } = server;
  const needed = reserved + Math.max(inUseElsewhere + 2 * budget.total, inUse + budget.total);
  if (needed <= max) return undefined;
  const changes = [
    `raise max_connections of PostgreSQL to at least ${needed}`,
    ...(budget.queue_producer > 0 ? ['set REDIS_URL, so that the queues need no connections'] : []),
    'run fewer processes',
  ];
  return (
    `This process opens up to ${budget.total} connections to PostgreSQL. The server allows ${max}, ` +
    `of which ${reserved} are reserved and ${inUse} in use (${inUseElsewhere} in other databases). ` +
    `When none are left, calls are refused: ${changes.join(', or ')}.`
  );
}

/** How many connections the server allows and has now. */
export async function readServerConnections({ prisma }: Database): Promise<ServerConnections> {
  // `reserved_connections` is new in PostgreSQL 16. Other roles' backend_type is hidden, their ids are not.
  const rows = await prisma.$queryRaw<ServerConnections[]>`
    SELECT
      current_setting('max_connections')::integer AS "max",
      current_setting('superuser_reserved_connections')::integer
        + coalesce(current_setting('reserved_connections', true), '0')::integer AS "reserved",
      count(*)::integer AS "inUse",
      (count(*) FILTER (WHERE datname <> current_database()))::integer AS "inUseElsewhere"
    FROM pg_stat_activity
    WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND leader_pid IS NULL AND pid <> pg_backend_pid()`;
  return only(rows);
}
