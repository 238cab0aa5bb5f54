import { sql, type Queryable, type Sql } from '@holdfast/db';

/** How far ahead a slot, and how long a pause, may be. A larger step means that a clock was set back. */
export interface SlotBounds {
  readonly everyMs: number;
  readonly aheadMaxMs: number;
  readonly pauseMaxMs: number;
}

export interface Slot {
  /** How long until it begins. Null when none was reserved. */
  readonly waitMs: number | null;
  /** How long the calls are still paused. */
  readonly pausedMs: number;
}

/** If the row is further ahead than this, the clock was set back: slots begin again from now. */
const CLOCK_SET_BACK_MS = 30_000;

const milliseconds = (value: number): Sql => sql`(${value}::float8 * interval '1 millisecond')`;

/**
 * Reserves the next slot at the Warehouse Gateway for a worker, by the database's clock: slots are `everyMs`
 * apart, and none is in the past. None while calls are paused, or if the next slot is further ahead than
 * `aheadMaxMs`.
 *
 * The commit does not wait for the disk. A crash of the database loses only the end of the last slots; and as
 * none is ever in the past, the next one after the crash begins with the restart at the earliest.
 *
 * A clock that was set back finds slots that are further ahead than any that was reserved. Up to half a
 * minute ahead, it waits for them. Further ahead, slots begin again, after those that a worker may still use.
 */
export async function takeGatewaySlot(
  db: Queryable,
  { everyMs, aheadMaxMs, pauseMaxMs }: SlotBounds,
): Promise<Slot> {
  const [slot] = await db.$queryRaw<Slot[]>`
    WITH commit_at_once AS MATERIALIZED (
      SELECT set_config('synchronous_commit', 'off', true)
    ),
    slot AS (
      UPDATE gateway_pace
      SET next_slot_at = ${milliseconds(everyMs)} + CASE
        WHEN next_slot_at > clock_timestamp() + ${milliseconds(CLOCK_SET_BACK_MS)}
          THEN clock_timestamp() + ${milliseconds(aheadMaxMs)}
        ELSE GREATEST(next_slot_at, clock_timestamp())
      END
      FROM commit_at_once
      WHERE (
          paused_until <= clock_timestamp()
          OR paused_until > clock_timestamp() + ${milliseconds(pauseMaxMs)}
        )
        AND (
          next_slot_at <= clock_timestamp() + ${milliseconds(aheadMaxMs)}
          OR next_slot_at > clock_timestamp() + ${milliseconds(CLOCK_SET_BACK_MS)}
        )
      RETURNING next_slot_at - ${milliseconds(everyMs)} AS begins_at
    )
    SELECT
      GREATEST(0, extract(epoch FROM slot.begins_at - clock_timestamp()) * 1000)::float8 AS "waitMs",
      0::float8 AS "pausedMs"
    FROM slot
    UNION ALL
    SELECT
      NULL,
      -- The clock is read twice, and may have moved on by a microsecond.
      GREATEST(0, LEAST(
        ${pauseMaxMs}::float8,
        extract(epoch FROM GREATEST(paused_until, clock_timestamp()) - clock_timestamp()) * 1000
      ))::float8
    FROM gateway_pace
    WHERE NOT EXISTS (SELECT FROM slot)`;
  if (!slot) throw new Error('the row of gateway_pace is gone');
  return slot;
}

/** No slot begins for this long, in any worker. A longer pause is kept. */
export async function pauseGateway(db: Queryable, ms: number): Promise<void> {
  await db.$executeRaw`
    UPDATE gateway_pace
    SET paused_until = GREATEST(paused_until, clock_timestamp() + ${milliseconds(ms)})`;
}
