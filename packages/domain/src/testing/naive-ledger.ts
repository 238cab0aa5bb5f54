import type { Command } from '../commands.ts';
import type { Sku, StockLevel } from '../stock-level.ts';
import { no, type Expected } from './expected.ts';
import { answerPatch, answerPutCart } from './naive-changes.ts';
import { answerPutReservation, answerReserve, answerReserveBatch, answerWithdraw } from './naive-creates.ts';
import { answerReplaceLines } from './naive-lines.ts';
import { answerReallocate } from './naive-moves.ts';
import { NaiveOrders } from './naive-orders.ts';
import { answerCancel, answerRelease, answerReturn } from './naive-parts.ts';
import { change, setFate, unchanged, type NaiveReservation } from './naive-reservation.ts';
import { NaiveStock } from './naive-stock.ts';
import { answerGrant } from './naive-waiting.ts';
import { answerConfirm, answerExpire, answerExtend, answerFulfill } from './naive-verbs.ts';

/** The effect on an existing reservation. */
type VerbCommand = Exclude<
  Extract<Command, { readonly reservationId: string }>,
  { readonly kind: 'reserve' | 'withdraw' }
>;

/**
 * Predicts what Holdfast answers, one command after the other: the contract's table written down with no thought of
 * speed. It shares no code with `decide` (no draft, no movements, no counters of promised units), so that the two do
 * not have the same error.
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

  /** Changes what a SKU says of itself. */
  putSku(change: Pick<Sku, 'sku'> & Partial<Sku>): void {
    const before = this.#stock.skus.get(change.sku);
    if (before) this.#stock.skus.set(change.sku, { ...before, ...change });
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

  /** Says of those that have waited in vain whether they still count for their customers. */
  countEndedWaits(isStillCounted: (reservationId: string) => boolean): void {
    for (const each of this.#stock.reservations) {
      const hasWaitedInVain = each.status === 'expired' && each.waitingUntil !== null && each.heldAt === null;
      each.isStillCounted = hasWaitedInVain && isStillCounted(each.asked.reservationId);
    }
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
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the others are verbs
    switch (command.kind) {
      case 'reserve':
        return answerReserve(command, now, this.#orders);
      case 'reserve-batch':
        return answerReserveBatch(command, now, this.#orders);
      case 'put-reservation':
        return answerPutReservation(this.#find(command.reserve.reservationId), command, now, this.#orders);
      case 'withdraw':
        return answerWithdraw(this.#find(command.reservationId), command, now, this.#orders);
      case 'put-cart':
        return answerPutCart(command, now, this.#orders);
      case 'grant-waiting':
        return answerGrant(command, now, this.#stock);
      case 'set-stock':
        return this.#stock.set(command);
      case 'patch-stock':
        return this.#stock.patch(command);
      case 'delete-stock-level':
        return this.#stock.remove(command);
      case 'adjust-stock':
        return this.#stock.adjust(command);
      case 'transfer-stock':
        return this.#stock.transfer(command);
      case 'order-cancelled':
        return this.#orders.cancel(command, now);
      case 'order-paid':
        return this.#orders.pay(command, now);
      default: {
        if (!('reservationId' in command)) throw new Error(`the naive ledger does not ${command.kind}`);
        const found = this.#find(command.reservationId);
        return found ? this.#answerVerb(found, command, now) : no('reservation_not_found');
      }
    }
  }

  #answerVerb(found: NaiveReservation, command: VerbCommand, now: number): Expected {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the others come next
    switch (command.kind) {
      case 'confirm':
        return answerConfirm(found, command, now, this.#orders);
      case 'release':
        return answerRelease(found, command, now);
      case 'cancel':
        return answerCancel(found, command, now);
      case 'return':
        return answerReturn(found, command, this.#stock);
      case 'expire':
        return answerExpire(found);
      case 'notify-expiring':
        return unchanged(found);
      case 'patch-reservation':
        return found.status === 'withdrawn'
          ? no('reservation_withdrawn', found)
          : answerPatch(found, command, this.#orders);
      default:
        return found.withdrawnAt === null
          ? this.#answerAlive(found, command, now)
          : no('reservation_withdrawn', found);
    }
  }

  /** Verbs that a withdrawn reservation refuses. */
  #answerAlive(
    found: NaiveReservation,
    command: Extract<VerbCommand, { readonly kind: 'extend' | 'fulfill' | 'replace-lines' | 'reallocate' }>,
    now: number,
  ): Expected {
    switch (command.kind) {
      case 'extend':
        return answerExtend(found, command, now);
      case 'fulfill':
        return answerFulfill(found, command, now, this.#orders);
      case 'replace-lines':
        return answerReplaceLines(found, command, now, this.#orders);
      case 'reallocate':
        return answerReallocate(found, command, this.#stock);
      default:
        return command satisfies never;
    }
  }

  #find(reservationId: string): NaiveReservation | undefined {
    return this.#stock.reservations.find(({ asked }) => asked.reservationId === reservationId);
  }

  /** Expires due holds, and waiting reservations whose wait has ended. */
  passTimeUntil(now: number): void {
    for (const each of this.#stock.reservations) {
      if (each.status === 'waiting' && each.waitingUntil !== null && now >= each.waitingUntil) {
        change(each, { status: 'expired', reason: 'expired', expiredAt: each.waitingUntil });
      }
      if (each.status !== 'held' || each.expiresAt === null || now < each.expiresAt) continue;
      setFate(each.units, 'given back');
      const expiredAt = each.expiresAt;
      change(each, { status: 'expired', reason: 'expired', expiredAt, warehouseAction: 'expire' });
    }
  }
}
