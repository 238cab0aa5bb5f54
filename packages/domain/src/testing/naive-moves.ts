import type { LinePart } from '../commands/line-parts.ts';
import type { ReallocateCommand } from '../commands/reallocate.ts';
import type { ShortLine } from '../refusals.ts';
import { no, type Expected, type ExpectedRefusal } from './expected.ts';
import { change, changed, isOpen, place, skuOf, type NaiveReservation } from './naive-reservation.ts';
import { withoutIndex, type NaiveUnit } from './naive-sourcing.ts';
import type { NaiveStock } from './naive-stock.ts';

/** Units that leave their location. Null: to wherever the reservation's rules find stock. */
interface Leaving {
  readonly sku: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly units: readonly NaiveUnit[];
}

export function answerReallocate(
  it: NaiveReservation,
  { lines }: ReallocateCommand,
  stock: NaiveStock,
): Expected {
  if (it.status === 'expired') return no('reservation_expired', it);
  if (it.status !== 'held' && it.status !== 'confirmed') return no('invalid_transition', it);
  if (lines.some(({ to }) => to !== null && !stock.hasLocation(to))) return no('unknown_location');
  const leaving = leavingUnits(it, lines);
  if (!leaving) return no('quantity_exceeds_remaining', it);
  const before = structuredClone(it.units);
  const short = move(it, leaving, stock);
  if (short.length > 0) {
    it.units = before;
    return no('insufficient_stock', it, short);
  }
  change(it, it.status === 'confirmed' ? { warehouseAction: 'confirm' } : {});
  return changed(it);
}

/** Lines with a quantity choose first. Lines without a pin give theirs first. Null: more than there are. */
function leavingUnits(it: NaiveReservation, lines: ReallocateCommand['lines']): readonly Leaving[] | null {
  const chosen = new Set<NaiveUnit>();
  const isPinned = ({ line }: NaiveUnit) => (it.lines[line]?.location ?? null) !== null;
  const open = it.units.filter(isOpen);
  const pool = [...open.filter((unit) => !isPinned(unit)), ...open.filter(isPinned)];
  const leaving: Leaving[] = [];
  for (const hasQuantity of [true, false]) {
    for (const { sku, from, to, quantity } of lines.filter(
      (each) => (each.quantity !== null) === hasQuantity,
    )) {
      const there = pool.filter(
        (unit) => !chosen.has(unit) && unit.location === from && skuOf(it, unit) === sku,
      );
      if (there.length < (quantity ?? 1)) return null;
      const units = there.slice(0, quantity ?? there.length);
      for (const unit of units) chosen.add(unit);
      leaving.push({ sku, from, to, units });
    }
  }
  return leaving;
}

/** All leave before any arrives; those whose location is given arrive first. @returns what is short */
function move(it: NaiveReservation, leaving: readonly Leaving[], stock: NaiveStock): readonly ShortLine[] {
  const short: ShortLine[] = [];
  for (const { units } of leaving) for (const unit of units) unit.fate = 'given back';
  for (const { sku, to, units } of leaving) {
    if (to === null) continue;
    const available = stock.freeAt(sku, to);
    const fits = available >= units.length;
    if (!fits) short.push({ sku, location: to, requested: units.length, available });
    for (const unit of fits ? units : []) arrive(it, unit, to);
  }
  const anew = leaving.filter(({ to }) => to === null);
  for (const from of new Set(anew.map((each) => each.from ?? ''))) {
    const units = anew.filter((each) => each.from === from).flatMap((each) => each.units);
    short.push(...moveAnew(it, units, from, stock));
  }
  return short;
}

/** All that leaves one location is sourced together, by the rules of the reservation. */
function moveAnew(
  it: NaiveReservation,
  units: readonly NaiveUnit[],
  from: string,
  stock: NaiveStock,
): readonly ShortLine[] {
  const indexes = [...new Set(units.map(({ line }) => line))];
  const wanted = indexes.map((index) => ({
    sku: it.lines[index]?.sku ?? '',
    location: it.lines[index]?.location ?? null,
    quantity: units.filter(({ line }) => line === index).length,
  }));
  const { sourcing, locations } = it;
  const chosen = stock.chooseElsewhere(wanted, { sourcing, locations }, from);
  if ('short' in chosen) return withoutIndex(chosen.short);
  for (const [position, index] of indexes.entries()) {
    const places = chosen.units.filter(({ line }) => line === position);
    for (const unit of units.filter(({ line }) => line === index)) {
      arrive(it, unit, places.shift()?.location ?? '');
    }
  }
  return [];
}

function arrive(it: NaiveReservation, unit: NaiveUnit, location: string): void {
  Object.assign(unit, { location, fate: it.status === 'held' ? 'held' : 'sold' });
  place(it, unit);
}

/**
 * Moves units so that each part can leave from its location: units at other locations, the last allocation first,
 * except units that another part takes there.
 */
export function moveToShip(
  it: NaiveReservation,
  parts: readonly LinePart[],
  stock: NaiveStock,
): ExpectedRefusal | { readonly units: number } {
  if (parts.some(({ location }) => location !== null && !stock.hasLocation(location))) {
    return no('unknown_location');
  }
  const wanted = parts.flatMap(({ sku, location, quantity }) =>
    location === null ? [] : Array.from({ length: quantity }, () => ({ sku, to: location })),
  );
  const free = it.units.filter(isOpen).toReversed();
  const take = (sku: string, location: string | null): NaiveUnit | undefined => {
    const found = free.find(
      (each) => skuOf(it, each) === sku && (location ?? each.location) === each.location,
    );
    if (found) free.splice(free.indexOf(found), 1);
    return found;
  };
  const missing = wanted.filter(({ sku, to }) => take(sku, to) === undefined);
  const leaving = new Map<string, { sku: string; from: null; to: string; units: NaiveUnit[] }>();
  for (const { sku, to } of missing.toSorted((one, other) => firstOf(wanted, one) - firstOf(wanted, other))) {
    const unit = take(sku, null);
    if (!unit) return no('quantity_exceeds_remaining', it);
    const name = JSON.stringify([sku, to]);
    const shift = leaving.get(name) ?? { sku, from: null, to, units: [] };
    shift.units.push(unit);
    leaving.set(name, shift);
  }
  const short = move(it, [...leaving.values()], stock);
  return short.length > 0 ? no('insufficient_stock', it, short) : { units: missing.length };
}

type Wanted = { readonly sku: string; readonly to: string };

/** Where the same level is mentioned first. */
function firstOf(wanted: readonly Wanted[], { sku, to }: Wanted): number {
  return wanted.findIndex((each) => each.sku === sku && each.to === to);
}
