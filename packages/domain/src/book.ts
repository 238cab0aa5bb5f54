import { changesOf, touchedLevels } from './book-changes.ts';
import {
  reconciledEvent,
  reservationRefusedEvent,
  shortfallEvent,
  transitionEvent,
  type RefusedOrder,
} from './book-events.ts';
import { copyPages, nameOfFulfillment, nameOfLevel, openPages, type Pages } from './book-pages.ts';
import { asPending, newSync } from './book-syncs.ts';
import type { Changes, Fulfillment, ImportedChunk, NewEvent, TransitionEvent } from './changes.ts';
import type { Order } from './order.ts';
import type { Refusal } from './refusals.ts';
import { asOf, isDue, type Reservation, type SyncAction } from './reservation.ts';
import type { Clock, LevelAudit, Snapshot } from './snapshot.ts';
import {
  shortfall,
  type Counters,
  type Movement,
  type MovementKind,
  type Sku,
  type StockLevel,
} from './stock-level.ts';

/** A book as it was, to go back to. */
export type Checkpoint = Readonly<Pages>;

/**
 * The snapshot while a batch is being decided: later commands see what earlier ones did. Transitions read and change it
 * only through these methods; each change of a counter is a movement, so that the two cannot part.
 */
export class Book {
  readonly now: number;
  readonly newId: () => string;
  readonly #idOf: Clock['idOf'];
  readonly skus: ReadonlyMap<string, Sku>;
  readonly locations: ReadonlySet<string>;
  readonly #snapshot: Snapshot;
  readonly #known: ReadonlyMap<string, Reservation>;
  #pages: Pages;

  constructor(snapshot: Snapshot, clock: Clock) {
    this.#snapshot = snapshot;
    this.now = clock.now;
    this.newId = clock.newId;
    this.#idOf = clock.idOf;
    this.skus = new Map(snapshot.skus.map((sku) => [sku.sku, sku]));
    this.locations = new Set(snapshot.locations);
    this.#pages = openPages(snapshot);
    this.#known = new Map(this.#pages.reservations);
  }

  reservations(): readonly Reservation[] {
    return [...this.#pages.reservations.values()];
  }

  /** The reservation as every reader must see it now: past its time it is expired, also while its stock is held. */
  reservation(id: string): Reservation | undefined {
    const stored = this.#pages.reservations.get(id);
    return stored && asOf(stored, this.now);
  }

  /** A hold past its time whose stock is still taken: its counters do not allow to give it back. */
  isStuck(id: string): boolean {
    const stored = this.#pages.reservations.get(id);
    return stored !== undefined && isDue(stored, this.now);
  }

  levelsOf(sku: string): readonly StockLevel[] {
    return [...(this.#pages.levels.get(sku)?.values() ?? [])];
  }

  level(sku: string, location: string): StockLevel | undefined {
    return this.#pages.levels.get(sku)?.get(location);
  }

  /** The level as it was before anything of this batch was decided. */
  levelAsRead(sku: string, location: string): StockLevel | undefined {
    return this.#snapshot.levels.find((level) => level.sku === sku && level.location === location);
  }

  auditOf(sku: string, location: string): LevelAudit | undefined {
    return this.#snapshot.audits.find((audit) => audit.sku === sku && audit.location === location);
  }

  /** True once for each level: what is to be repaired of it is known from one reading, and must not be mended twice. */
  beginRepair(at: { readonly sku: string; readonly location: string }): boolean {
    const name = nameOfLevel(at);
    if (this.#pages.repaired.has(name)) return false;
    this.#pages.repaired.add(name);
    return true;
  }

  /**
   * Changes a level's counters and writes the movement that says so.
   *
   * @throws {Error} when the level was not locked, or a counter would fall below zero: a fault in the caller, never a refusal
   */
  move(
    at: { readonly sku: string; readonly location: string },
    kind: MovementKind,
    deltas: Partial<Counters>,
    why: { readonly reservationId: string | null; readonly reason: string | null; readonly caller: string },
  ): StockLevel {
    const level = this.level(at.sku, at.location);
    if (!level) throw new Error(`level ${at.sku}/${at.location} is not in the snapshot`);
    const { onHand = 0, reserved = 0, allocated = 0 } = deltas;
    const after: StockLevel = {
      ...level,
      onHand: level.onHand + onHand,
      reserved: level.reserved + reserved,
      allocated: level.allocated + allocated,
      levelSeq: level.levelSeq + 1,
      version: onHand === 0 ? level.version : level.version + 1,
    };
    if (after.onHand < 0 || after.reserved < 0 || after.allocated < 0) {
      throw new Error(
        `a ${kind} would take level ${at.sku}/${at.location} below zero: its counters are not what the records say, see GET /v1/inventory/consistency`,
      );
    }
    return this.#write(after, kind, { onHand, reserved, allocated }, why);
  }

  /**
   * Writes the movement of a change that somebody has made to the counters already. They stay as they are.
   *
   * @param after the number of the level's newest movement
   */
  recordDrift(level: StockLevel, deltas: Counters, after: number, caller: string): StockLevel {
    const why = { reservationId: null, reason: 'changed behind the ledger’s back', caller };
    return this.#write({ ...level, levelSeq: after + 1 }, 'drift', deltas, why);
  }

  /** Replaces what is not a counter of a level: safety stock and version. The movement beside it says why. */
  amend(level: StockLevel): StockLevel {
    this.#put(level);
    return level;
  }

  /** Adds a reservation, or replaces one that has changed. */
  put(reservation: Reservation): Reservation {
    this.#pages.reservations.set(reservation.id, reservation);
    this.#pages.changed.add(reservation.id);
    return reservation;
  }

  /** Asks for the Warehouse Gateway to be told, after all that it was to be told of this reservation before. */
  tellWarehouse(reservation: Reservation, action: SyncAction): Reservation {
    const sync = newSync(this.newId(), reservation, action);
    this.#pages.syncs.push(sync);
    return {
      ...reservation,
      syncCount: sync.ordinal,
      warehouseSync: asPending(sync, this.now),
    };
  }

  /**
   * Writes the events of a transition, before the reservation is put: each tells of it as it is then, of its status before,
   * and of what was moved for it since the last event.
   */
  announce(reservation: Reservation, ...transitions: readonly TransitionEvent[]): void {
    const moved = this.#movementsToTell().filter(({ reservationId }) => reservationId === reservation.id);
    const previousStatus = this.#pages.reservations.get(reservation.id)?.status ?? null;
    for (const transition of transitions) {
      const change = { previousStatus, moved };
      this.#pages.events.push(transitionEvent(this.newId(), transition, reservation, change, this.now));
    }
  }

  /**
   * Writes an event that is told once for ever: of the same name and time it has the same id.
   *
   * @param at epoch milliseconds, the same each time
   */
  announceOnce(name: readonly unknown[], at: number, event: (id: string) => NewEvent): void {
    this.#pages.refusals.push(event(this.#idOf(JSON.stringify(name), at)));
  }

  /** Tells that an order could not be had. */
  refuseOrder(order: RefusedOrder, refusal: Refusal): void {
    this.#pages.events.push(reservationRefusedEvent(this.newId(), order, refusal));
  }

  /** Tells that a level has been repaired, if it has, since the last event. */
  announceRepair(level: StockLevel): void {
    const written = this.#movementsToTell().filter(
      ({ sku, location, kind }) =>
        sku === level.sku && location === level.location && (kind === 'drift' || kind === 'repair'),
    );
    if (written.length === 0) return;
    const repairs = written.filter(({ kind }) => kind === 'repair');
    this.#pages.events.push(reconciledEvent(this.newId(), level, repairs, this.now));
  }

  fulfillment(reservationId: string, fulfillmentId: string): Fulfillment | undefined {
    return this.#pages.fulfillments.get(nameOfFulfillment({ reservationId, fulfillmentId }));
  }

  recordFulfillment(fulfillment: Fulfillment): void {
    this.#pages.fulfillments.set(nameOfFulfillment(fulfillment), fulfillment);
    this.#pages.newFulfillments.push(fulfillment);
  }

  order(orderId: string): Order {
    const order = this.#pages.orders.get(orderId);
    if (!order) throw new Error(`order ${orderId} is not in the snapshot`);
    return order;
  }

  putOrder(order: Order): Order {
    this.#pages.orders.set(order.orderId, order);
    this.#pages.changedOrders.add(order.orderId);
    return order;
  }

  /** How many chunks of an import are applied; undefined for one that is not open. */
  chunksApplied(importId: string): number | undefined {
    return this.#pages.imports.get(importId);
  }

  recordChunk(chunk: ImportedChunk): void {
    this.#pages.imports.set(chunk.importId, chunk.chunk);
    this.#pages.importedChunks.push(chunk);
  }

  /** Asks for a look at whether these are low. */
  askForReview(skus: readonly string[]): void {
    this.#pages.toReview.push(...skus);
  }

  /** The book as it is now, to go back to when one of several commands is refused. */
  checkpoint(): Checkpoint {
    return copyPages(this.#pages);
  }

  /** Forgets all that was done since. Once for each checkpoint. */
  rollBack(checkpoint: Checkpoint): void {
    this.#pages = checkpoint;
  }

  /** All that is to be written. Once, when everything is decided. */
  changes(): Changes {
    this.#announceShortfalls();
    return changesOf(this.#pages, this.#known);
  }

  /** What was moved since the last event. */
  #movementsToTell(): readonly Movement[] {
    const moved = this.#pages.movements.slice(this.#pages.toldMovements);
    this.#pages.toldMovements = this.#pages.movements.length;
    return moved;
  }

  #announceShortfalls(): void {
    for (const level of touchedLevels(this.#pages)) {
      if (shortfall(level) === 0) continue;
      const before = this.levelAsRead(level.sku, level.location);
      if (before && shortfall(level) <= shortfall(before)) continue;
      this.#pages.events.push(shortfallEvent(this.newId(), level, before, this.now));
    }
  }

  #write(
    after: StockLevel,
    kind: MovementKind,
    deltas: Counters,
    why: { readonly reservationId: string | null; readonly reason: string | null; readonly caller: string },
  ): StockLevel {
    const { sku, location } = after;
    this.#put(after);
    this.#pages.touchedLevels.set(nameOfLevel(after), { sku, location });
    this.#pages.movements.push({
      id: this.newId(),
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
      reason: why.reason,
      caller: why.caller,
    });
    return after;
  }

  #put(level: StockLevel): void {
    const byLocation = this.#pages.levels.get(level.sku);
    if (byLocation) byLocation.set(level.location, level);
    else this.#pages.levels.set(level.sku, new Map([[level.location, level]]));
  }
}
