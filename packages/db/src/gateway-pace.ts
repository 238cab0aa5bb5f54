import type { Queryable } from './client.ts';

/** No worker reserves so far ahead: then the database's clock was set back, and slots begin anew. */
const AHEAD_MAX_MS = 30_000;

/**
 * Reserves the next slot at the Warehouse Gateway, for whichever worker asks, by the database's clock: one after the other,
 * `everyMs` apart, none in the past. While the calls are paused it reserves none.
 *
 * The commit does not wait for the disk. What a crash of the database forgets is the end of the last slots; and as none
 * is ever in the past, the next one after the crash begins with the restart at the earliest.
 *
 * @returns how long until the slot begins, and how long the calls are still paused, in milliseconds
 */
export async function takeGatewaySlot(
  db: Queryable,
  everyMs: number,
): Promise<{ readonly waitMs: number; readonly pausedMs: number }> {
  const [slot] = await db.$queryRaw<{ waitMs: number; pausedMs: number }[]>`
    WITH commit_at_once AS MATERIALIZED (
      SELECT set_config('synchronous_commit', 'off', true)
    ),
    slot AS (
      UPDATE gateway_pace
      SET next_slot_at = ${everyMs}::float8 * interval '1 millisecond' + CASE
        WHEN next_slot_at > clock_timestamp() + ${AHEAD_MAX_MS}::integer * interval '1 millisecond' THEN clock_timestamp()
        ELSE GREATEST(next_slot_at, clock_timestamp())
      END
      FROM commit_at_once
      WHERE paused_until <= clock_timestamp()
      RETURNING next_slot_at - ${everyMs}::float8 * interval '1 millisecond' AS begins_at
    )
    SELECT
      GREATEST(0, extract(epoch FROM slot.begins_at - clock_timestamp()) * 1000)::float8 AS "waitMs",
      0::float8 AS "pausedMs"
    FROM slot
    UNION ALL
    SELECT
      0,
      GREATEST(1, extract(epoch FROM paused_until - clock_timestamp()) * 1000)::float8
    FROM gateway_pace
    WHERE NOT EXISTS (SELECT FROM slot)`;
  if (!slot) throw new Error('the row of gateway_pace is gone');
  return slot;
}

/** No slot begins for this long, whoever asks. A longer pause is kept. */
export async function pauseGateway(db: Queryable, ms: number): Promise<void> {
  await db.$executeRaw`
    UPDATE gateway_pace
    SET paused_until = GREATEST(paused_until, clock_timestamp() + ${ms}::float8 * interval '1 millisecond')`;
}
