import { raiseTimeLimit, sql, type SqlRunner } from '@holdfast/db';
import type { LevelAudit, Targets } from '@holdfast/domain';
import { LEDGER_LIMITS } from '../limits.ts';

/** What open reservations hold of the levels that are asked for. */
const OPEN_QUANTITIES = sql`
      SELECT
        line.sku,
        a.location,
        sum(a.quantity) FILTER (WHERE r.status = 'held') AS reserved,
        sum(a.quantity - a.fulfilled_quantity - a.cancelled_quantity) FILTER (WHERE r.status = 'confirmed') AS allocated
      FROM (
        SELECT id, status FROM reservations WHERE status = 'held'
        UNION ALL
        SELECT id, status FROM reservations WHERE status = 'confirmed'
      ) r
      JOIN reservation_lines line ON line.reservation_id = r.id
      JOIN line_allocations a USING (reservation_id, line_no)
      WHERE (line.sku, a.location) IN (SELECT sku, location FROM asked)
      GROUP BY line.sku, a.location
    `;

/**
 * What the records say of the levels that are to be repaired: the sum of all movements, the newest one, and
 * what open reservations hold. The levels are locked, so none of it changes meanwhile. One statement, for as
 * many levels as there are: it reads every open reservation once.
 */
export async function readAudits(
  tx: SqlRunner,
  { auditedLevels: levels }: Targets,
): Promise<readonly LevelAudit[]> {
  if (levels.length === 0) return [];
  // Unlike other statements of the ledger, it reads many rows (LEDGER_SETTINGS in limits.ts).
  await raiseTimeLimit(tx, LEDGER_LIMITS.ownBatchTimeoutMs);
  await tx.$executeRaw`SELECT set_config('enable_hashjoin', 'on', true)`;
  const [row] = await tx.$queryRaw<{ audits: LevelAudit[] }[]>`
    WITH asked AS MATERIALIZED (
      SELECT DISTINCT sku, location
      FROM unnest(${levels.map(({ sku }) => sku)}::text[], ${levels.map(({ location }) => location)}::text[])
        AS named (sku, location)
    ),
    open AS MATERIALIZED (${OPEN_QUANTITIES})
    SELECT coalesce(json_agg(json_build_object(
      'sku', asked.sku,
      'location', asked.location,
      'sums', json_build_object(
        'onHand', sums.on_hand,
        'reserved', sums.reserved,
        'allocated', sums.allocated,
        'count', sums.count
      ),
      'newest', json_build_object(
        'onHand', coalesce(newest.on_hand, 0),
        'reserved', coalesce(newest.reserved, 0),
        'allocated', coalesce(newest.allocated, 0),
        'levelSeq', coalesce(newest.level_seq, 0)
      ),
      'open', json_build_object('reserved', coalesce(open.reserved, 0), 'allocated', coalesce(open.allocated, 0))
    )), '[]') AS audits
    FROM asked
    CROSS JOIN LATERAL (
      SELECT
        coalesce(sum(on_hand_delta), 0) AS on_hand,
        coalesce(sum(reserved_delta), 0) AS reserved,
        coalesce(sum(allocated_delta), 0) AS allocated,
        count(*) AS count
      FROM stock_movements m
      WHERE m.sku = asked.sku
        AND m.location = asked.location
    ) sums
    LEFT JOIN LATERAL (
      SELECT on_hand, reserved, allocated, level_seq
      FROM stock_movements m
      WHERE m.sku = asked.sku
        AND m.location = asked.location
      ORDER BY level_seq DESC
      LIMIT 1
    ) newest ON true
    LEFT JOIN open ON open.sku = asked.sku AND open.location = asked.location`;
  return row?.audits ?? [];
}
