import type { Queryable } from '@holdfast/db';

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

/** Since when the workers have found the gateway down. Null: they have not. */
export async function readGatewayDownSince(db: Queryable): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ downSince: Date | null }[]>`
    SELECT CASE WHEN down_until > clock_timestamp() THEN down_since END AS "downSince"
    FROM gateway_pace`;
  return row?.downSince ?? null;
}
