import type { Availability, StockMovement } from '../../api/types.ts';

interface Balance {
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
}

export interface LevelSeries {
  /** In seconds since 1970, rising. */
  readonly times: readonly number[];
  readonly on_hand: readonly number[];
  readonly reserved: readonly number[];
  readonly allocated: readonly number[];
}

const before = (movement: StockMovement): Balance => ({
  on_hand: movement.on_hand - movement.on_hand_delta,
  reserved: movement.reserved - movement.reserved_delta,
  allocated: movement.allocated - movement.allocated_delta,
});

const total = (balances: Iterable<Balance>): Balance => {
  const sum = { on_hand: 0, reserved: 0, allocated: 0 };
  for (const each of balances) {
    sum.on_hand += each.on_hand;
    sum.reserved += each.reserved;
    sum.allocated += each.allocated;
  }
  return sum;
};

/**
 * The counters of all levels together over time.
 *
 * @param movements of these levels, newest first and without gaps, up to now
 * @param levels as they are now; those without a movement were the same all the time
 */
export function seriesOf(
  movements: readonly StockMovement[],
  levels: readonly Pick<Availability['locations'][number], 'location' | keyof Balance>[],
): LevelSeries {
  const balances = new Map<string, Balance>(levels.map((level) => [level.location, level]));
  // From the newest to the oldest: what a level had before its oldest movement remains.
  for (const movement of movements) balances.set(movement.location, before(movement));
  const points: (Balance & { time: number })[] = [];
  for (const movement of movements.toReversed()) {
    if (points.length === 0)
      points.push({ time: Date.parse(movement.at) / 1_000, ...total(balances.values()) });
    balances.set(movement.location, movement);
    const time = Date.parse(movement.at) / 1_000;
    // Several movements of one moment are one point.
    if (points.at(-1)?.time === time) points.pop();
    points.push({ time, ...total(balances.values()) });
  }
  return {
    times: points.map(({ time }) => time),
    on_hand: points.map(({ on_hand }) => on_hand),
    reserved: points.map(({ reserved }) => reserved),
    allocated: points.map(({ allocated }) => allocated),
  };
}
