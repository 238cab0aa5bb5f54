import { only, type Queryable } from '@holdfast/db';

/**
 * Records that this worker has found the gateway down and makes no calls for now. It holds for `forMs`, so
 * that a worker which ends leaves nothing to correct.
 */
export async function reportGatewayDown(db: Queryable, forMs: number): Promise<void> {
  await db.$executeRaw`
    UPDATE gateway_pace
    SET
      down_since = CASE WHEN down_until > clock_timestamp() THEN down_since ELSE clock_timestamp() END,
      down_until = clock_timestamp() + ${forMs}::integer * interval '1 millisecond'`;
}

/** Records the limit that the workers keep. Theirs is the same, so it is written once. */
export async function reportGatewayLimit(db: Queryable, perSecond: number): Promise<void> {
  await db.$executeRaw`
    UPDATE gateway_pace
    SET limit_per_second = ${perSecond}::integer
    WHERE limit_per_second IS DISTINCT FROM ${perSecond}::integer`;
}

export interface GatewayUse {
  /** Since when the workers have found the gateway down. Null: they have not. */
  readonly downSince: Date | null;
  /** Calls a second, on average over the last 10 seconds. */
  readonly perSecond: number;
  /** Null: no worker of this release has run yet. */
  readonly limitPerSecond: number | null;
}

/** How the workers get on with the gateway. */
export const readGatewayUse = async (db: Queryable): Promise<GatewayUse> =>
  only(
    await db.$queryRaw<GatewayUse[]>`
      SELECT
        CASE WHEN down_until > clock_timestamp() THEN down_since END AS "downSince",
        (
          SELECT (count(*) / 10.0)::float8
          FROM warehouse_sync_attempts
          WHERE started_at > clock_timestamp() - interval '10 s'
        ) AS "perSecond",
        limit_per_second AS "limitPerSecond"
      FROM gateway_pace`,
  );
