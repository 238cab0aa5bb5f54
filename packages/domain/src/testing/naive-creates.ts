import type { PutReservationCommand } from '../commands/put-reservation.ts';
import type { ReserveBatchCommand } from '../commands/reserve-batch.ts';
import type { ReserveCommand } from '../commands/reserve.ts';
import type { WithdrawCommand } from '../commands/withdraw.ts';
import type { WantedLine } from '../sourcing.ts';
import { no, type Expected, type ExpectedRefusal } from './expected.ts';
import { refusePromise } from './naive-limits.ts';
import { answerCancel, answerRelease } from './naive-parts.ts';
import {
  change,
  changed,
  newReservation,
  setFate,
  unchanged,
  type NaiveReservation,
} from './naive-reservation.ts';
import { withoutIndex } from './naive-sourcing.ts';
import type { NaiveStock } from './naive-stock.ts';
import type { Around } from './naive-verbs.ts';
import { answerJoin } from './naive-waiting.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Lines of one SKU and pin become one. */
export function addUp(lines: readonly WantedLine[]): readonly WantedLine[] {
  const added: { sku: string; location: string | null; quantity: number }[] = [];
  for (const line of lines) {
    const same = added.find(({ sku, location }) => sku === line.sku && location === line.location);
    if (same) same.quantity += line.quantity;
    else added.push({ ...line });
  }
  return added;
}

/** What of a call does not exist. */
export function refuseUnknown(
  lines: readonly WantedLine[],
  locations: readonly string[] | null,
  stock: NaiveStock,
): ExpectedRefusal | null {
  for (const { sku, location } of lines) {
    if (!stock.skus.has(sku)) return no('unknown_sku');
    if (location !== null && !stock.hasLocation(location)) return no('unknown_location');
  }
  const isKnown = (locations ?? []).every((each) => stock.hasLocation(each));
  return isKnown ? null : no('unknown_location');
}

export function answerReserve(
  asked: ReserveCommand,
  now: number,
  { stock, isCancelled }: Pick<Around, 'stock' | 'isCancelled'>,
  fingerprint: string | null = null,
): Expected {
  const lines = addUp(asked.lines);
  if (isCancelled(asked.orderId)) return no('order_cancelled');
  const unknown = refuseUnknown(lines, asked.locations, stock);
  if (unknown) return unknown;
  for (const { sku, maxPerReservation } of stock.skus.values()) {
    const wanted = lines.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
    if (maxPerReservation !== null && wanted > maxPerReservation) return no('quantity_limit_exceeded');
  }
  const refused = refusePromise(stock, { customerId: asked.customerId, added: lines, given: lines });
  if (refused) return refused;
  const chosen = stock.choose(lines, asked);
  if ('short' in chosen) {
    return asked.wait
      ? answerJoin(asked, asked.wait, lines, chosen.short, { now, stock, fingerprint })
      : no('insufficient_stock', null, withoutIndex(chosen.short));
  }
  const isHold = asked.ttlSeconds !== null;
  if (!isHold) setFate(chosen.units, 'sold');
  const reservation = newReservation(asked, now, {
    fingerprint,
    lines: lines.map(({ sku, location, quantity: requested }, index) => ({
      sku,
      location,
      requested,
      quantity: chosen.units.filter((unit) => unit.line === index).length,
    })),
    units: chosen.units,
    status: isHold ? 'held' : 'confirmed',
    expiresAt: asked.ttlSeconds === null ? null : now + asked.ttlSeconds * 1000,
    warehouseAction: isHold ? null : 'confirm',
    confirmedAt: isHold ? null : now,
  });
  stock.reservations.push(reservation);
  return changed(reservation);
}

export function answerReserveBatch(
  { atomic, reservations }: ReserveBatchCommand,
  now: number,
  orders: Around,
): Expected {
  const before = orders.stock.reservations.length;
  const outcomes = reservations.map((each) => answerReserve(each, now, orders));
  const part = outcomes.findIndex(({ ok }) => !ok);
  const refused = outcomes[part];
  if (!atomic || !refused || refused.ok) return { ok: true, outcomes };
  orders.stock.reservations.length = before;
  return { ...refused, part };
}

export function answerPutReservation(
  known: NaiveReservation | undefined,
  { reserve, fingerprint }: PutReservationCommand,
  now: number,
  orders: Around,
): Expected {
  if (known) {
    if (known.withdrawnAt !== null) return no('reservation_withdrawn', known);
    return known.fingerprint === fingerprint ? unchanged(known) : no('reservation_exists', known);
  }
  if (!canComeIntoBeing(reserve.reservationId, now)) return no('validation_failed');
  return answerReserve(reserve, now, orders, fingerprint);
}

/** A UUIDv7 at most 24 hours old or 5 minutes ahead. Its first 48 bits are its time. */
function canComeIntoBeing(id: string, now: number): boolean {
  const time = Number(`0x${id.replaceAll('-', '').slice(0, 12)}`);
  return id.charAt(14) === '7' && now - time <= 24 * HOUR_MS && time - now <= 5 * MINUTE_MS;
}

export function answerWithdraw(
  known: NaiveReservation | undefined,
  command: WithdrawCommand,
  now: number,
  { stock }: Around,
): Expected {
  if (!known) return leaveTombstone(command, now, stock);
  if (known.withdrawnAt !== null) return unchanged(known);
  if (known.status === 'fulfilled' || known.units.some(({ fate }) => fate === 'out' || fate === 'returned')) {
    return no('invalid_transition', known);
  }
  const all = { ...command, parts: null };
  if (known.status === 'held' || known.status === 'waiting') {
    answerRelease(known, { ...all, kind: 'release', releaseId: null }, now);
  } else if (known.status === 'confirmed') {
    answerCancel(known, { ...all, kind: 'cancel', cancellationId: null }, now);
  } else change(known, {});
  known.withdrawnAt = now;
  return changed(known);
}

/** So that a create which comes late is refused. */
function leaveTombstone(
  { reservationId, reason, caller }: WithdrawCommand,
  now: number,
  stock: NaiveStock,
): Expected {
  if (!canComeIntoBeing(reservationId, now)) return no('validation_failed');
  const names = { orderId: null, cartId: null, customerId: null, storeId: null, source: null };
  const rules = { sourcing: 'split', locations: null, ifShort: 'reject' } as const;
  const rest = { metadata: {}, lines: [], paymentReference: null, ttlSeconds: null, caller };
  const tombstone = newReservation({ kind: 'reserve', reservationId, ...names, ...rules, ...rest }, now, {
    status: 'withdrawn',
    reason,
    withdrawnAt: now,
  });
  stock.reservations.push(tombstone);
  return changed(tombstone);
}
