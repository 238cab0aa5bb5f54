import type { DraftState } from './draft-state.ts';
import {
  nextVersion,
  type Counters,
  type Movement,
  type MovementKind,
  type StockLevel,
} from './stock-level.ts';

export type MovementCause = Pick<
  Movement,
  'reservationId' | 'importId' | 'reason' | 'caller' | 'backorderLimitDelta'
>;

/** The level with its new counters. @throws {Error} when one would fall below zero */
export function levelAfter(
  level: StockLevel,
  kind: MovementKind,
  { onHand, reserved, allocated }: Counters,
): StockLevel {
  const after: StockLevel = {
    ...level,
    onHand: level.onHand + onHand,
    reserved: level.reserved + reserved,
    allocated: level.allocated + allocated,
    levelSeq: level.levelSeq + 1,
    version: onHand === 0 ? level.version : nextVersion(level),
  };
  if (after.onHand < 0 || after.reserved < 0 || after.allocated < 0) {
    throw new Error(
      `a ${kind} would take level ${level.sku}/${level.location} below zero: its counters are not what the records say, see GET /v1/inventory/consistency`,
    );
  }
  return after;
}

/** Puts a level, and the movement that leads to its new counters. */
export function putMovedLevel(
  state: DraftState,
  id: string,
  after: StockLevel,
  kind: MovementKind,
  deltas: Counters,
  why: MovementCause,
): StockLevel {
  const { sku, location } = after;
  putLevel(state, after);
  state.movements.push({
    id,
    sku,
    location,
    levelSeq: after.levelSeq,
    kind,
    onHandDelta: deltas.onHand,
    reservedDelta: deltas.reserved,
    allocatedDelta: deltas.allocated,
    onHand: after.onHand,
    reserved: after.reserved,
    allocated: after.allocated,
    reservationId: why.reservationId,
    ...(why.importId === undefined ? {} : { importId: why.importId }),
    reason: why.reason,
    caller: why.caller,
    ...(why.backorderLimitDelta ? { backorderLimitDelta: why.backorderLimitDelta } : {}),
  });
  return after;
}

export function putLevel({ levels }: DraftState, level: StockLevel): void {
  const byLocation = levels.get(level.sku);
  if (byLocation) byLocation.set(level.location, level);
  else levels.set(level.sku, new Map([[level.location, level]]));
}

/** Movements since the last event. */
export function takeMovementsWithoutEvent(state: DraftState): readonly Movement[] {
  const moved = state.movements.slice(state.movementsInEvents);
  state.movementsInEvents = state.movements.length;
  return moved;
}
