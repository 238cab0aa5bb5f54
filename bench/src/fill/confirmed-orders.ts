import { withSession } from '@holdfast/testing';
import { LOCATION } from '../api-calls.ts';
import { runStatements } from '../bench-database.ts';
import { fillOpenHolds } from './open-holds.ts';

/** Confirms all holds, with a sync each, in the order in which they were made. */
const confirmAll: readonly string[] = [
  `
  UPDATE reservation_lines
  SET confirmed_quantity = quantity
  FROM reservations
  WHERE id = reservation_id
    AND status = 'held'`,
  `
  INSERT INTO warehouse_syncs (
    id, reservation_id, ordinal, action, state, lines, occurred_at, next_attempt_at, created_at, finished_at
  )
  SELECT
    uuidv7(created_at - clock_timestamp()), id, 1, 'confirm',
    CASE WHEN :areWaiting::boolean THEN 'pending' ELSE 'succeeded' END,
    lines.shown, created_at,
    CASE WHEN :areWaiting::boolean THEN created_at END,
    created_at,
    CASE WHEN NOT :areWaiting::boolean THEN created_at END
  FROM reservations
  JOIN (
    SELECT
      reservation_id AS id,
      json_agg(json_build_object('sku', sku, 'location', :location::text, 'quantity', quantity)) AS shown
    FROM reservation_lines
    GROUP BY reservation_id
  ) lines USING (id)
  WHERE status = 'held'
  ORDER BY created_at`,
  `
  WITH levels AS (
    UPDATE stock_levels level
    SET reserved = 0, allocated = level.allocated + held.reserved, level_seq = level.level_seq + 1
    FROM stock_levels held
    WHERE (held.sku, held.location) = (level.sku, level.location)
      AND held.reserved > 0
    RETURNING level.*, held.reserved AS confirmed
  )
  INSERT INTO stock_movements (
    id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
    on_hand, reserved, allocated, caller
  )
  SELECT
    uuidv7(), clock_timestamp(), sku, location, level_seq, 'confirm', 0, -confirmed, confirmed,
    on_hand, 0, allocated, 'bench'
  FROM levels`,
  `
  UPDATE reservations
  SET status = 'confirmed', confirmed_at = created_at, version = 2, sync_count = 1
  WHERE status = 'held'`,
];

/**
 * Writes so many confirmed orders of the benchmarks' stock, of which nothing else is held. The sync of each waits for
 * the gateway, or has succeeded.
 *
 * @param onProgress called after each chunk with how many are done
 */
export async function fillConfirmedOrders(
  databaseUrl: string,
  { count, areWaiting }: { readonly count: number; readonly areWaiting: boolean },
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  await fillOpenHolds(databaseUrl, count, onProgress);
  await withSession(databaseUrl, (session) =>
    runStatements(session, confirmAll, { location: LOCATION, areWaiting: String(areWaiting) }),
  );
}

/** Ends the syncs that wait, as if the gateway had taken them. No worker may run. */
export const endWaitingSyncs = (databaseUrl: string): Promise<unknown> =>
  withSession(databaseUrl, (session) =>
    session.query(`
      UPDATE warehouse_syncs
      SET state = 'succeeded', next_attempt_at = NULL, claimed_until = NULL, finished_at = clock_timestamp()
      WHERE state IN ('pending', 'in_flight')`),
  );

/** How many syncs wait for the gateway. */
export const countWaitingSyncs = (databaseUrl: string): Promise<number> =>
  withSession(databaseUrl, async (session) => {
    const { rows } = await session.query<{ waiting: number }>(
      `SELECT count(*)::integer AS waiting FROM warehouse_syncs WHERE state IN ('pending', 'in_flight')`,
    );
    return rows[0]?.waiting ?? Number.NaN;
  });
