import type { MovementCause } from '../draft-movements.ts';
import { nameOfLevel } from '../draft-state.ts';
import type { Draft } from '../draft.ts';
import type { ShortLine } from '../refusals.ts';
import { allocate, type Allocation, type Reservation, type SyncLine } from '../reservation.ts';
import { source } from '../sourcing.ts';
import { available, shortfall, type LevelName, type StockLevel } from '../stock-level.ts';
import type { Shift, UnitsThere } from './shifts.ts';

// Promised units that change their location. A move promises no more units. So the location that gets them
// needs that many `available`, even if another location is short.

/** Units of a line whose new location is decided. */
export interface Move extends UnitsThere {
  readonly to: string;
}

export type MovePlan =
  | { readonly ok: true; readonly moves: readonly Move[] }
  | { readonly ok: false; readonly short: readonly ShortLine[] };

/**
 * Decides where units go: all of them, or says which are short. Changes nothing. All units leave first, so
 * that lines of one call can exchange units. Those whose location is given choose first.
 */
export function planMoves(draft: Draft, reservation: Reservation, shifts: readonly Shift[]): MovePlan {
  const levels = new LevelsMeanwhile(draft);
  for (const { sku, units } of shifts) {
    for (const { from, quantity } of units) levels.add({ sku, location: from }, -quantity);
  }
  const moves: Move[] = [];
  const short: ShortLine[] = [];
  const take = (plan: MovePlan) => {
    if (!plan.ok) return short.push(...plan.short);
    for (const { sku, to, quantity } of plan.moves) levels.add({ sku, location: to }, quantity);
    return moves.push(...plan.moves);
  };
  for (const { to, ...shift } of shifts) if (to !== null) take(toLocation(levels, to, shift));
  const sourced = shifts.filter(({ to }) => to === null);
  for (const from of new Set(sourced.flatMap(({ units }) => units.map((each) => each.from)))) {
    const leaving = sourced.flatMap(({ units }) => units.filter((each) => each.from === from));
    take(sourceAnew(levels, reservation, from, leaving));
  }
  return short.length > 0 ? { ok: false, short } : { ok: true, moves };
}

function toLocation(levels: LevelsMeanwhile, to: string, { sku, units }: Omit<Shift, 'to'>): MovePlan {
  const requested = units.reduce((sum, { quantity }) => sum + quantity, 0);
  const level = levels.of(sku).find(({ location, active }) => active && location === to);
  const free = level ? available(level) : 0;
  return free < requested
    ? { ok: false, short: [{ sku, location: to, requested, available: free }] }
    : { ok: true, moves: units.map(({ line, from, quantity }) => ({ sku, line, from, to, quantity })) };
}

/**
 * Sources all that leaves one location together, by the rules of the reservation and the pins of its lines.
 */
function sourceAnew(
  levels: LevelsMeanwhile,
  { lines, sourcing, locations }: Reservation,
  from: string,
  leaving: readonly UnitsThere[],
): MovePlan {
  // Units of a line are sourced as one, in however many parts they were named.
  const indexes = [...new Set(leaving.map(({ line }) => line))];
  const wanted = indexes.map((line) => ({
    line,
    sku: lines[line]?.sku ?? '',
    location: lines[line]?.location ?? null,
    quantity: leaving.reduce((sum, each) => sum + (each.line === line ? each.quantity : 0), 0),
  }));
  // A level that is short gives nothing; left out, it holds no other level back either.
  const giving = (sku: string) =>
    levels.of(sku).filter((level) => level.location !== from && shortfall(level) === 0);
  const sourced = source(wanted, giving, { sourcing, locations });
  if (!sourced.ok) return sourced;
  const moves = wanted.flatMap(({ sku, line }, index) =>
    (sourced.allocations[index] ?? []).map(({ location: to, quantity }) => ({
      sku,
      line,
      from,
      to,
      quantity,
    })),
  );
  return { ok: true, moves };
}

/**
 * The levels while moves are planned. Only the sum of promised units counts, so all are added to one counter.
 */
class LevelsMeanwhile {
  readonly #draft: Draft;
  readonly #promised = new Map<string, number>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  add(at: LevelName, quantity: number): void {
    const name = nameOfLevel(at);
    this.#promised.set(name, (this.#promised.get(name) ?? 0) + quantity);
  }

  of(sku: string): readonly StockLevel[] {
    return this.#draft.levelsOf(sku).map((level) => this.#meanwhile(level));
  }

  #meanwhile(level: StockLevel): StockLevel {
    const promised = this.#promised.get(nameOfLevel(level)) ?? 0;
    return { ...level, reserved: level.reserved + promised };
  }
}

/** Carries out the plan. @returns the reservation's lines afterwards */
export function carryOutMoves(
  draft: Draft,
  reservation: Reservation,
  moves: readonly Move[],
  why: MovementCause,
): Reservation['lines'] {
  const move = (at: LevelName, quantity: number) => {
    const deltas = reservation.status === 'held' ? { reserved: quantity } : { allocated: quantity };
    draft.move(at, 'reallocate', deltas, why);
  };
  for (const { sku, from, quantity } of moves) move({ sku, location: from }, -quantity);
  for (const { sku, to, quantity } of moves) move({ sku, location: to }, quantity);
  return linesAfter(reservation.lines, moves);
}

export function linesAfter(lines: Reservation['lines'], moves: readonly Move[]): Reservation['lines'] {
  return lines.map((line, index) => {
    const ofLine = moves.filter((move) => move.line === index);
    return ofLine.length === 0
      ? line
      : { ...line, allocations: ofLine.reduce(allocationsAfter, line.allocations) };
  });
}

/** An allocation stays while units of it went out or were cancelled; a new location comes last. */
function allocationsAfter(
  allocations: readonly Allocation[],
  { from, to, quantity }: Move,
): readonly Allocation[] {
  const left = allocations.map((each) => (each.location === from ? changed(each, -quantity) : each));
  const after = left.some(({ location }) => location === to)
    ? left.map((each) => (each.location === to ? changed(each, quantity) : each))
    : [...left, allocate(to, quantity)];
  return after.filter((each) => each.quantity > 0);
}

/** Units that moves take from each level, or add to it, as sent to the gateway. */
export function unitsMoved(moves: readonly Move[], end: 'from' | 'to'): readonly SyncLine[] {
  const byLevel = new Map<string, SyncLine>();
  for (const { sku, quantity, ...ends } of moves) {
    const at = { sku, location: ends[end] };
    const name = nameOfLevel(at);
    byLevel.set(name, { ...at, quantity: quantity + (byLevel.get(name)?.quantity ?? 0) });
  }
  return [...byLevel.values()];
}

function changed(allocation: Allocation, by: number): Allocation {
  return { ...allocation, quantity: allocation.quantity + by };
}
