import type { CancelCommand } from '../commands/cancel.ts';
import type { LinePart } from '../commands/line-parts.ts';
import type { ReleaseCommand } from '../commands/release.ts';
import type { ReturnCommand } from '../commands/return.ts';
import { no, type Expected } from './expected.ts';
import {
  change,
  changed,
  isOpen,
  setFate,
  skuOf,
  unchanged,
  withFate,
  type NaiveReservation,
} from './naive-reservation.ts';
import type { NaiveUnit } from './naive-sourcing.ts';
import type { NaiveStock } from './naive-stock.ts';

/**
 * The units that `parts` mean, out of a pool, the first first. Parts with a location choose first. Null: they
 * mean more than there are.
 */
export function unitsNamed(
  it: NaiveReservation,
  pool: readonly NaiveUnit[],
  parts: readonly LinePart[] | null,
): readonly NaiveUnit[] | null {
  if (parts === null) return pool;
  const named = new Set<NaiveUnit>();
  for (const hasPlace of [true, false]) {
    for (const { sku, location, quantity } of parts.filter((part) => (part.location !== null) === hasPlace)) {
      const fitting = pool.filter(
        (unit) =>
          !named.has(unit) && skuOf(it, unit) === sku && (location === null || location === unit.location),
      );
      if (fitting.length < quantity) return null;
      for (const unit of fitting.slice(0, quantity)) named.add(unit);
    }
  }
  return pool.filter((unit) => named.has(unit));
}

/** The same text for the same units, in any order and with any repetitions. */
function goodsIn(parts: readonly LinePart[] | null): string {
  if (parts === null) return 'all that is left';
  const units = parts.flatMap(({ quantity, ...rest }) =>
    Array.from({ length: quantity }, () =>
      JSON.stringify(Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    ),
  );
  return units.toSorted((one, other) => (one < other ? -1 : 1)).join();
}

/** A part as a call names it. */
interface AskedPart {
  readonly kind: string;
  /** Null: it has no id. */
  readonly id: string | null;
  readonly parts: readonly LinePart[] | null;
}

const nameOf = ({ kind, id }: AskedPart): string => `${kind} ${id}`;

/** A known id is answered before the state is looked at. Null: it is not known. */
export function answerKnown(it: NaiveReservation, part: AskedPart): Expected | null {
  const earlier = part.id === null ? undefined : it.parts.get(nameOf(part));
  if (earlier === undefined) return null;
  return earlier === goodsIn(part.parts) ? unchanged(it) : no('idempotency_key_reused');
}

export function remember(it: NaiveReservation, part: AskedPart): void {
  if (part.id !== null) it.parts.set(nameOf(part), goodsIn(part.parts));
}

export function answerRelease(
  it: NaiveReservation,
  { reason, releaseId, parts }: ReleaseCommand,
  now: number,
): Expected {
  const part = { kind: 'release', id: releaseId, parts };
  const known = answerKnown(it, part);
  if (known) return known;
  if (it.status === 'released') return unchanged(it);
  if (it.withdrawnAt !== null) return no('reservation_withdrawn', it);
  if (it.status === 'waiting') {
    if (parts !== null) return no('quantity_exceeds_remaining', it);
    remember(it, part);
    change(it, { status: 'released', reason, releasedAt: now });
    return changed(it);
  }
  if (it.status !== 'held') return no('invalid_transition', it);
  const named = unitsNamed(it, it.units.toReversed(), parts);
  if (!named) return no('quantity_exceeds_remaining', it);
  remember(it, part);
  if (named.length < it.units.length) {
    dropUnits(it, named);
    change(it, {});
    return changed(it);
  }
  setFate(it.units, 'given back');
  change(it, { status: 'released', reason, releasedAt: now, warehouseAction: 'release' });
  return changed(it);
}

const count = (units: readonly NaiveUnit[], line: number): number =>
  units.filter((unit) => unit.line === line).length;

/** A part of a hold is given back. A line that has nothing left goes. */
function dropUnits(it: NaiveReservation, gone: readonly NaiveUnit[]): void {
  const units = it.units.filter((unit) => !gone.includes(unit));
  const staying = it.lines.flatMap((line, index) => {
    const isAtNothing = count(gone, index) > 0 && count(units, index) === 0;
    return isAtNothing ? [] : [{ line, index }];
  });
  it.lines = staying.map(({ line, index }) => ({ ...line, quantity: count(units, index) }));
  for (const unit of units) unit.line = staying.findIndex(({ index }) => index === unit.line);
  it.units = units;
}

export function answerCancel(
  it: NaiveReservation,
  { reason, cancellationId, parts }: CancelCommand,
  now: number,
): Expected {
  const part = { kind: 'cancellation', id: cancellationId, parts };
  const known = answerKnown(it, part);
  if (known) return known;
  if (it.status === 'cancelled') return unchanged(it);
  if (it.withdrawnAt !== null) return no('reservation_withdrawn', it);
  if (it.status === 'fulfilled') {
    if (parts !== null) return no('quantity_exceeds_remaining', it);
    return it.cancelledAt === null ? no('invalid_transition', it) : unchanged(it);
  }
  if (it.status !== 'confirmed') return no('invalid_transition', it);
  const named = unitsNamed(it, withFate(it.units, 'sold').toReversed(), parts);
  if (!named) return no('quantity_exceeds_remaining', it);
  remember(it, part);
  setFate(named, 'cancelled');
  change(it, { warehouseAction: 'cancel' });
  if (!it.units.some(isOpen)) endSold(it, reason, now);
  return changed(it);
}

/** Nothing is open any more, because of a cancel. */
export function endSold(it: NaiveReservation, reason: string | null, now: number): void {
  const isAnyOut = it.units.some(({ fate }) => fate === 'out' || fate === 'returned');
  Object.assign(it, { reason, cancelledAt: now, status: isAnyOut ? 'fulfilled' : 'cancelled' });
  if (isAnyOut) it.fulfilledAt = now;
}

export function answerReturn(
  it: NaiveReservation,
  { returnId, parts, restock }: ReturnCommand,
  stock: NaiveStock,
): Expected {
  const asked = parts.map((each) => ({ ...each, to: each.to ?? each.location, restock }));
  const part = { kind: 'return', id: returnId, parts: asked };
  const known = answerKnown(it, part);
  if (known) return known;
  if (it.withdrawnAt !== null) return no('reservation_withdrawn', it);
  if (it.status !== 'confirmed' && it.status !== 'fulfilled') return no('invalid_transition', it);
  if (parts.some(({ to }) => to !== null && !stock.hasLocation(to))) return no('unknown_location');
  if (!unitsNamed(it, withFate(it.units, 'out'), parts)) return no('quantity_exceeds_remaining', it);
  const arrivals = [];
  for (const hasPlace of [true, false]) {
    for (const each of parts.filter(({ location }) => (location !== null) === hasPlace)) {
      for (const unit of unitsNamed(it, withFate(it.units, 'out'), [each]) ?? []) {
        unit.fate = 'returned';
        arrivals.push({ sku: each.sku, location: each.to ?? unit.location });
      }
    }
  }
  if (restock) stock.putBack(arrivals);
  remember(it, part);
  change(it, {});
  return changed(it);
}
