import type { Command } from '../commands.ts';
import type { ReserveBatchCommand } from '../commands/reserve-batch.ts';
import type { ReserveCommand } from '../commands/reserve.ts';
import type { Sku, StockLevel } from '../stock-level.ts';
import { no, type Expected } from './expected.ts';
import { NaiveOrders } from './naive-orders.ts';
import { change, setFate, viewOf, type NaiveReservation } from './naive-reservation.ts';
import { NaiveStock } from './naive-stock.ts';
import {
  answerCancel,
  answerConfirm,
  answerExpire,
  answerExtend,
  answerFulfill,
  answerRelease,
} from './naive-verbs.ts';

/**
 * Predicts what Holdfast answers, one command after the other: the contract's table written down with no
 * thought of speed. It shares no rule with `decide` (no draft, no movements, no counters of what is
 * promised), so that the two are not wrong together.
 */
export class NaiveLedger {
  readonly #stock: NaiveStock;
  readonly #orders: NaiveOrders;

  /**
   * @param levels with nothing promised yet. Their locations are those that exist; their SKUs too, beside
   * `skus`.
   */
  constructor(levels: readonly StockLevel[], skus: readonly Sku[] = []) {
    this.#stock = new NaiveStock(levels, skus);
    this.#orders = new NaiveOrders(this.#stock);
  }

  get skus(): readonly string[] {
    return [...this.#stock.skus.keys()];
  }

  /** In sourcing order. */
  get locations(): readonly string[] {
    return this.#stock.locations.map(({ location }) => location);
  }

  /** Oldest first, as of the last answer. */
  get reservations(): readonly Readonly<NaiveReservation>[] {
    return this.#stock.reservations;
  }

  /** `[on_hand, reserved, allocated]`, as of the last answer, when all that was due has been given back. */
  counters(sku: string, location: string): readonly [number, number, number] {
    return this.#stock.counters(sku, location);
  }

  /**
   * @param now milliseconds since the epoch, by the clock that decides; never before that of an earlier call
   */
  answer(command: Command, now: number): Expected {
    this.passTimeUntil(now);
    if (command.kind === 'reserve') return this.#reserve(command, now);
    if (command.kind === 'reserve-batch') return this.#reserveBatch(command, now);
    if (command.kind === 'set-stock') return this.#stock.set(command);
    if (command.kind === 'adjust-stock') return this.#stock.adjust(command);
    if (command.kind === 'order-cancelled') return this.#orders.cancel(command, now);
    if (command.kind === 'order-paid') return this.#orders.pay(command, now);
    if (!('reservationId' in command) || command.kind === 'reallocate' || command.kind === 'withdraw')
      throw new Error(`the naive ledger does not ${command.kind}`);
    const found = this.#stock.reservations.find(({ asked }) => asked.reservationId === command.reservationId);
    if (!found) return no('reservation_not_found');
    switch (command.kind) {
      case 'confirm':
        return answerConfirm(found, command, now, this.#orders);
      case 'extend':
        return answerExtend(found, command, now);
      case 'release':
        return answerRelease(found, command, now);
      case 'fulfill':
        return answerFulfill(found, command, now, this.#orders);
      case 'cancel':
        return answerCancel(found, command, now);
      case 'expire':
        return answerExpire(found);
      case 'return':
      case 'patch-reservation':
      case 'replace-lines':
        throw new Error(`the naive ledger does not ${command.kind}`);
      default:
        return command satisfies never;
    }
  }

  /** Expires every hold that is due by then. */
  passTimeUntil(now: number): void {
    for (const each of this.#stock.reservations) {
      if (each.status !== 'held' || each.expiresAt === null || now < each.expiresAt) continue;
      setFate(each.units, 'given back');
      const expiredAt = each.expiresAt;
      change(each, { status: 'expired', reason: 'expired', expiredAt, warehouseAction: 'expire' });
    }
  }

  #reserve(asked: ReserveCommand, now: number): Expected {
    const lines: { sku: string; location: string | null; quantity: number }[] = [];
    for (const line of asked.lines) {
      const same = lines.find(({ sku, location }) => sku === line.sku && location === line.location);
      if (same) same.quantity += line.quantity;
      else lines.push({ ...line });
    }
    if (this.#orders.isCancelled(asked.orderId)) return no('order_cancelled');
    for (const { sku, location } of lines) {
      if (!this.#stock.skus.has(sku)) return no('unknown_sku');
      if (location !== null && !this.#stock.hasLocation(location)) return no('unknown_location');
    }
    for (const each of asked.locations ?? []) {
      if (!this.#stock.hasLocation(each)) return no('unknown_location');
    }
    for (const { sku, maxPerReservation } of this.#stock.skus.values()) {
      const wanted = lines
        .filter((line) => line.sku === sku)
        .reduce((sum, { quantity }) => sum + quantity, 0);
      if (maxPerReservation !== null && wanted > maxPerReservation) return no('quantity_limit_exceeded');
    }
    const chosen = this.#stock.choose(lines, asked);
    if ('short' in chosen) return no('insufficient_stock', null, chosen.short);

    const isHold = asked.ttlSeconds !== null;
    if (!isHold) setFate(chosen.units, 'sold');
    const reservation: NaiveReservation = {
      asked,
      lines: lines.map(({ sku, location, quantity: requested }, index) => {
        const quantity = chosen.units.filter((unit) => unit.line === index).length;
        return { sku, location, quantity, requested };
      }),
      createdAt: now,
      units: chosen.units,
      status: isHold ? 'held' : 'confirmed',
      orderId: asked.orderId,
      reason: null,
      payment: asked.paymentReference,
      expiresAt: asked.ttlSeconds === null ? null : now + asked.ttlSeconds * 1000,
      extensions: 0,
      version: 1,
      warehouseAction: isHold ? null : 'confirm',
      confirmedAt: isHold ? null : now,
      releasedAt: null,
      expiredAt: null,
      cancelledAt: null,
      fulfilledAt: null,
      refusedPayments: new Map(),
      fulfillments: new Map(),
    };
    this.#stock.reservations.push(reservation);
    return { ok: true, reservation: viewOf(reservation), changed: true };
  }

  #reserveBatch({ atomic, reservations }: ReserveBatchCommand, now: number): Expected {
    const before = this.#stock.reservations.length;
    const outcomes = reservations.map((each) => this.#reserve(each, now));
    const part = outcomes.findIndex(({ ok }) => !ok);
    const refused = outcomes[part];
    if (!atomic || !refused || refused.ok) return { ok: true, outcomes };
    this.#stock.reservations.length = before;
    return { ...refused, part };
  }
}
