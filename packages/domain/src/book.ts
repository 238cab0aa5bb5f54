import { copyPages, nameOfFulfillment, nameOfLevel, openPages, type Pages } from './book-pages.ts';
import type { Changes, Fulfillment, ImportedChunk, TransitionEvent } from './changes.ts';
import { showReservation } from './contract-view.ts';
import { asOf, isDue, type Reservation, type SyncAction } from './reservation.ts';
import type { Clock, LevelAudit, Snapshot } from './snapshot.ts';
import type { Counters, MovementKind, Sku, StockLevel } from './stock-level.ts';

/** A book as it was, to go back to. */
export type Checkpoint = Readonly<Pages>;

/**
 * The snapshot while a batch is being decided: later commands see what earlier ones did. Transitions read and change it
 * only through these methods; each change of a counter is a movement, so that the two cannot part.
 */
export class Book {
  readonly now: number;
  readonly newId: () => string;
  readonly skus: ReadonlyMap<string, Sku>;
  readonly locations: ReadonlySet<string>;
  readonly #snapshot: Snapshot;
  readonly #known: ReadonlyMap<string, Reservation>;
  #pages: Pages;

  constructor(snapshot: Snapshot, clock: Clock) {
    this.#snapshot = snapshot;
    this.now = clock.now;
    this.newId = clock.newId;
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
    const id = this.newId();
    const ordinal = reservation.syncCount + 1;
    const lines = reservation.lines
      .flatMap(({ sku, allocations }) =>
        allocations.map(({ location, quantity, fulfilledQuantity }) => ({
          sku,
          location,
          quantity: quantity - fulfilledQuantity,
        })),
      )
      .filter(({ quantity }) => quantity > 0);
    this.#pages.syncs.push({
      id,
      reservationId: reservation.id,
      ordinal,
      action,
      orderId: reservation.orderId,
      lines,
    });
    return {
      ...reservation,
      syncCount: ordinal,
      warehouseSync: {
        id,
        action,
        state: 'pending',
        attempts: 0,
        lastStatus: null,
        lastError: null,
        nextAttemptAt: this.now,
      },
    };
  }

  /** Writes the event of a transition, with the reservation as it is now. */
  announce(reservation: Reservation, transition: TransitionEvent): void {
    this.#pages.events.push({
      id: this.newId(),
      type: `warehouse.inventory.${transition}`,
      reservationId: reservation.id,
      reservationVersion: reservation.version,
      data: showReservation(reservation, this.now),
    });
  }

  fulfillment(reservationId: string, fulfillmentId: string): Fulfillment | undefined {
    return this.#pages.fulfillments.get(nameOfFulfillment({ reservationId, fulfillmentId }));
  }

  recordFulfillment(fulfillment: Fulfillment): void {
    this.#pages.fulfillments.set(nameOfFulfillment(fulfillment), fulfillment);
    this.#pages.newFulfillments.push(fulfillment);
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

  changes(): Changes {
    const changed = [...this.#pages.changed]
      .map((id) => this.#pages.reservations.get(id))
      .filter((each) => each !== undefined);
    const levels = [...this.#pages.touchedLevels.values()].map(({ sku, location }) =>
      this.level(sku, location),
    );
    return {
      levels: levels.filter((level) => level !== undefined),
      movements: this.#pages.movements,
      created: changed.filter(({ id }) => !this.#known.has(id)),
      updated: changed.filter(({ id }) => this.#known.has(id)),
      relined: changed.filter(({ id, lines }) => {
        const before = this.#known.get(id);
        return before !== undefined && before.lines !== lines;
      }),
      reallocated: changed.filter(({ id, lines }) => {
        const before = this.#known.get(id);
        return before?.lines.some((line, index) => line.allocations !== lines[index]?.allocations) ?? false;
      }),
      events: this.#pages.events,
      syncs: this.#pages.syncs,
      fulfillments: this.#pages.newFulfillments,
      importedChunks: this.#pages.importedChunks,
      toReview: this.#pages.toReview,
    };
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
