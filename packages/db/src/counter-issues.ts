import type { Queryable } from './client.ts';
import type { CounterIssue } from './reconciliation-runs.ts';

/**
 * Where the counters of a level are not what they should be: other than the balances of its newest movement, or, for
 * `reserved` and `allocated`, than what open reservations hold. One statement, so one instant: it finds nothing that
 * is only half written.
 */
export async function findCounterIssues(db: Queryable, limit: number): Promise<readonly CounterIssue[]> {
  return db.$queryRaw<CounterIssue[]>`
    WITH open_lines AS (
      SELECT
        line.sku,
        a.location,
        sum(a.quantity) FILTER (WHERE r.status = 'held') AS reserved,
        sum(a.quantity - a.fulfilled_quantity) FILTER (WHERE r.status = 'confirmed') AS allocated
      FROM reservations r
      JOIN reservation_lines line ON line.reservation_id = r.id
      JOIN line_allocations a USING (reservation_id, line_no)
      WHERE r.status IN ('held', 'confirmed')
      GROUP BY line.sku, a.location
    )
    SELECT
      level.sku,
      level.location,
      found.kind,
      found.expected::integer AS expected,
      found.actual
    FROM stock_levels level
    LEFT JOIN LATERAL (
      SELECT on_hand, reserved, allocated
      FROM stock_movements movement
      WHERE movement.sku = level.sku
        AND movement.location = level.location
      ORDER BY level_seq DESC
      LIMIT 1
    ) newest ON true
    LEFT JOIN open_lines USING (sku, location)
    CROSS JOIN LATERAL (
      VALUES
        ('on_hand', coalesce(newest.on_hand, 0)::bigint, level.on_hand),
        ('reserved', coalesce(newest.reserved, 0), level.reserved),
        ('allocated', coalesce(newest.allocated, 0), level.allocated),
        ('reserved', coalesce(open_lines.reserved, 0), level.reserved),
        ('allocated', coalesce(open_lines.allocated, 0), level.allocated)
    ) AS found (kind, expected, actual)
    WHERE found.expected <> found.actual
    GROUP BY level.sku, level.location, found.kind, found.expected, found.actual
    ORDER BY level.sku, level.location, found.kind
    LIMIT ${limit}::integer`;
}
