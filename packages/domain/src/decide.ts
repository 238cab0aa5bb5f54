import { Book } from './book.ts';
import type { Changes } from './changes.ts';
import type { Command } from './commands.ts';
import {
  showReservation,
  showStockLevel,
  type CounterIssue,
  type ReservationView,
  type StockLevelView,
} from './contract-view.ts';
import type { Refusal } from './refusals.ts';
import { isDue } from './reservation.ts';
import type { Clock, Snapshot } from './snapshot.ts';
import { adjustStock } from './transitions/adjust-stock.ts';
import { cancel } from './transitions/cancel.ts';
import { confirm } from './transitions/confirm.ts';
import { canBeGivenBack, expire, giveBackDueHold } from './transitions/expire.ts';
import { extend } from './transitions/extend.ts';
import { fulfill } from './transitions/fulfill.ts';
import { importStock } from './transitions/import-stock.ts';
import { orderCancelled } from './transitions/order-cancelled.ts';
import { orderCreated } from './transitions/order-created.ts';
import { orderFulfilled } from './transitions/order-fulfilled.ts';
import { orderPaid } from './transitions/order-paid.ts';
import { orderPaymentFailed } from './transitions/order-payment-failed.ts';
import { release } from './transitions/release.ts';
import { repairStock } from './transitions/repair-stock.ts';
import { reserveBatch } from './transitions/reserve-batch.ts';
import { reserve } from './transitions/reserve.ts';
import { reviewStock } from './transitions/review-stock.ts';
import { setStock } from './transitions/set-stock.ts';
import type { OrderResult, Transition } from './transitions/transition.ts';

/** What a command came to: the thing as the contract shows it, a refusal, or, of a batch, one outcome for each part. */
export type Outcome =
  | { readonly ok: true; readonly reservation: ReservationView; readonly changed: boolean }
  | { readonly ok: true; readonly level: StockLevelView; readonly created: boolean }
  | { readonly ok: true; readonly levels: readonly StockLevelView[] }
  /** False: it had been imported before. */
  | { readonly ok: true; readonly imported: boolean }
  | {
      readonly ok: true;
      readonly repairs: readonly CounterIssue[];
      /** Wrong, and nothing says what would be right. */
      readonly unrepaired: readonly CounterIssue[];
    }
  | { readonly ok: true; readonly reviewed: true }
  | { readonly ok: true; readonly order: OrderResult }
  | { readonly ok: true; readonly outcomes: readonly Outcome[] }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      /** Of an atomic batch: which part was refused, from 0. */
      readonly part?: number;
    };

export interface Decision {
  /** One for each command, in their order. */
  readonly outcomes: readonly Outcome[];
  readonly changes: Changes;
}

/**
 * Decides a batch of commands, in order of arrival, on what is locked and read.
 *
 *                confirm                 fulfill (all quantities)
 *       held ───────────────▶ confirmed ───────────────▶ fulfilled
 *        │  │                  ▲   │
 *        │  └─ expire ─▶ expired   └─ cancel ─▶ cancelled
 *        │                 (reacquire)
 *        └──── release ─▶ released
 *
 * Due holds that the batch has locked are given back before anything else, so that a hold is dead at its time for
 * every command, also for one that is then refused: a late confirm leaves nothing behind.
 *
 * Pure: the same snapshot, commands, time and ids give the same decision. A command that is refused changes nothing.
 *
 * @throws {Error} when the snapshot lacks what a command needs or is broken: the batch must not be written
 */
export function decide(snapshot: Snapshot, commands: readonly Command[], clock: Clock): Decision {
  const book = new Book(snapshot, clock);
  const givenBack = new Set<string>();
  for (const reservation of book.reservations()) {
    if (!isDue(reservation, clock.now) || !canBeGivenBack(book, reservation)) continue;
    giveBackDueHold(book, reservation);
    givenBack.add(reservation.id);
  }
  const outcomes = commands.map((command) => answer(transition(book, command, givenBack), book));
  return { outcomes, changes: book.changes() };
}

function transition(book: Book, command: Command, givenBack: Set<string>): Transition {
  switch (command.kind) {
    case 'reserve':
      return reserve(book, command);
    case 'reserve-batch':
      return reserveBatch(book, command);
    case 'confirm':
      return confirm(book, command);
    case 'extend':
      return extend(book, command);
    case 'release':
      return release(book, command);
    case 'fulfill':
      return fulfill(book, command);
    case 'cancel':
      return cancel(book, command);
    case 'expire':
      // The first to ask for it is told that it changed something; `delete` says whether this is the first.
      return expire(book, command, givenBack.delete(command.reservationId));
    case 'set-stock':
      return setStock(book, command);
    case 'adjust-stock':
      return adjustStock(book, command);
    case 'import-stock':
      return importStock(book, command);
    case 'repair-stock':
      return repairStock(book, command);
    case 'review-stock':
      return reviewStock(book, command);
    case 'order-created':
      return orderCreated(book, command);
    case 'order-paid':
      return orderPaid(book, command);
    case 'order-payment-failed':
      return orderPaymentFailed(book, command);
    case 'order-cancelled':
      return orderCancelled(book, command);
    case 'order-fulfilled':
      return orderFulfilled(book, command);
    default:
      return command satisfies never;
  }
}

function answer(result: Transition, book: Book): Outcome {
  if ('part' in result) return { ok: false, refusal: result.refusal, part: result.part };
  if ('refusal' in result) return { ok: false, refusal: result.refusal };
  if ('results' in result) return { ok: true, outcomes: result.results.map((each) => answer(each, book)) };
  if ('level' in result) {
    return { ok: true, level: showStockLevel(result.level, book.now), created: result.created };
  }
  if ('levels' in result) {
    return { ok: true, levels: result.levels.map((level) => showStockLevel(level, book.now)) };
  }
  if ('reservation' in result) {
    return { ok: true, reservation: showReservation(result.reservation, book.now), changed: result.changed };
  }
  if ('imported' in result) return { ok: true, imported: result.imported };
  if ('repairs' in result) {
    return { ok: true, repairs: result.repairs, unrepaired: result.unrepaired };
  }
  if ('reviewed' in result) return { ok: true, reviewed: true };
  if ('order' in result) return { ok: true, order: result.order };
  return result satisfies never;
}
