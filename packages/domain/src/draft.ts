import type {
  Changes,
  ImportedChunk,
  NewEvent,
  PartName,
  RecordedPart,
  RefusedPayment,
  Trace,
  TransitionEvent,
} from './changes.ts';
import { noteCustomerUnits, unitsTakenBy } from './counted-customers.ts';
import {
  addRepairEvent,
  addShortfallEvents,
  addTransitionEvents,
  reservationRefusedEvent,
  type EventCause,
  type RefusedOrder,
} from './draft-events.ts';
import { levelAfter, putLevel, putMovedLevel, type MovementCause } from './draft-movements.ts';
import {
  changesOf,
  copyState,
  nameOfLevel,
  nameOfPart,
  openState,
  touchedLevels,
  withRefusedPayment,
  type Checkpoint,
  type DraftState,
} from './draft-state.ts';
import { addSync, type SyncContent } from './draft-syncs.ts';
import { asOf, isDue } from './hold-lifetime.ts';
import { DraftLine } from './draft-line.ts';
import type { Order } from './order.ts';
import type { Refusal } from './refusals.ts';
import type { Reservation } from './reservation.ts';
import type { Clock, LevelAudit, Snapshot } from './snapshot.ts';
import type { Counters, LevelName, MovementKind, Sku, StockLevel } from './stock-level.ts';
import { isWaiting } from './waiting-line.ts';

/**
 * The snapshot while a batch is being decided: later commands see what earlier ones did. Transitions read and
 * change it only through these methods. Each change of a counter is a movement.
 */
export class Draft {
  readonly now: number;
  readonly newId: () => string;
  readonly #clock: Clock;
  readonly skus: ReadonlyMap<string, Sku>;
  readonly locations: ReadonlySet<string>;
  /** The reservations that wait in line. */
  readonly line: DraftLine;
  readonly #snapshot: Snapshot;
  /** Due holds that were given back, and about which no command has been decided yet. */
  readonly #givenBack = new Set<string>();
  #state: DraftState;

  constructor(snapshot: Snapshot, clock: Clock) {
    this.#snapshot = snapshot;
    this.now = clock.now;
    this.newId = clock.newId;
    this.#clock = clock;
    this.skus = new Map(snapshot.skus.map((sku) => [sku.sku, sku]));
    this.locations = new Set(snapshot.locations);
    this.#state = openState(snapshot);
    this.line = new DraftLine(snapshot, clock, () => this.#state);
  }

  /** Decisions from here on are made for this request. */
  follow(trace: Trace | undefined): void {
    this.#state.trace = trace;
  }

  reservations(): readonly Reservation[] {
    return [...this.#state.reservations.values()];
  }

  /** The reservation as every reader must see it now: a due hold is expired, also while its stock is held. */
  reservation(id: string): Reservation | undefined {
    const stored = this.#state.reservations.get(id);
    return stored && asOf(stored, this.now);
  }

  /** The reservation as it was written: a due hold whose stock could not be given back is still held. */
  stored(id: string): Reservation | undefined {
    return this.#state.reservations.get(id);
  }

  noteGivenBack(id: string): void {
    this.#givenBack.add(id);
  }

  /** True once for each hold that this batch has given back. */
  takeGivenBack(id: string): boolean {
    return this.#givenBack.delete(id);
  }

  /** A due hold whose stock is still taken: its counters do not allow to give it back. */
  isStuck(id: string): boolean {
    const stored = this.#state.reservations.get(id);
    return stored !== undefined && isDue(stored, this.now);
  }

  levelsOf(sku: string): readonly StockLevel[] {
    return [...(this.#state.levels.get(sku)?.values() ?? [])];
  }

  level(sku: string, location: string): StockLevel | undefined {
    return this.#state.levels.get(sku)?.get(location);
  }

  /** The level as it was before anything of this batch was decided. */
  levelAsRead(sku: string, location: string): StockLevel | undefined {
    return this.#snapshot.levels.find((level) => level.sku === sku && level.location === location);
  }

  auditOf(sku: string, location: string): LevelAudit | undefined {
    return this.#snapshot.audits.find((audit) => audit.sku === sku && audit.location === location);
  }

  /** True once for each level: its repair is known from one reading, and must not be done twice. */
  beginRepair(at: LevelName): boolean {
    const name = nameOfLevel(at);
    if (this.#state.repaired.has(name)) return false;
    this.#state.repaired.add(name);
    return true;
  }

  /**
   * Changes a level's counters and writes the movement that records it.
   *
   * @throws {Error} when the level was not locked, or a counter would fall below zero: a fault in the caller,
   * never a refusal
   */
  move(at: LevelName, kind: MovementKind, deltas: Partial<Counters>, why: MovementCause): StockLevel {
    const level = this.level(at.sku, at.location);
    if (!level) throw new Error(`level ${at.sku}/${at.location} is not in the snapshot`);
    const whole = { onHand: 0, reserved: 0, allocated: 0, ...deltas };
    const after = levelAfter(level, kind, whole);
    return putMovedLevel(this.#state, this.newId(), after, kind, whole, why);
  }

  /**
   * Writes the movement of a change that was made to the counters by hand. They stay as they are.
   *
   * @param after the number of the level's newest movement
   */
  recordDrift(level: StockLevel, deltas: Counters, after: number, caller: string): StockLevel {
    const why = { reservationId: null, reason: 'changed behind the ledger’s back', caller };
    const numbered = { ...level, levelSeq: after + 1 };
    return putMovedLevel(this.#state, this.newId(), numbered, 'drift', deltas, why);
  }

  /** Replaces fields of a level that are not counters: safety stock and version. A movement says why. */
  amend(level: StockLevel): StockLevel {
    putLevel(this.#state, level);
    return level;
  }

  /** Adds a reservation, or replaces one that has changed. */
  put(reservation: Reservation): Reservation {
    noteCustomerUnits(this.#state, this.skus, reservation);
    this.#state.reservations.set(reservation.id, reservation);
    if (isWaiting(reservation)) this.#state.waiting.add(reservation.id);
    else if (this.#state.waiting.size > 0) this.#state.waiting.delete(reservation.id);
    return reservation;
  }

  /**
   * Puts a reservation's next version, with its events and the syncs for the gateway.
   *
   * @param cause the call; its events have the reason that it gave
   */
  transition(
    before: Reservation,
    change: Partial<Reservation>,
    events: readonly TransitionEvent[],
    syncs: readonly SyncContent[] = [],
    cause: EventCause | null = null,
  ): Reservation {
    const after = { ...before, ...change, version: before.version + 1, updatedAt: this.now };
    const synced = syncs.reduce((sofar, sync) => this.addSync(sofar, sync), after);
    addTransitionEvents(this.#state, this.#clock, synced, events, cause);
    return this.put(synced);
  }

  addSync(reservation: Reservation, sync: SyncContent): Reservation {
    return addSync(this.#state, this.newId(), this.now, reservation, sync);
  }

  /**
   * Writes the event of a new reservation, before it is put. It has the movements since the last event.
   */
  addEvent(reservation: Reservation, transition: TransitionEvent, cause: EventCause): void {
    addTransitionEvents(this.#state, this.#clock, reservation, [transition], cause);
  }

  /**
   * Writes an event that is published only once: with the same name and time it has the same id.
   *
   * @param at epoch milliseconds, the same each time
   */
  addEventOnce(name: readonly unknown[], at: number, event: (id: string) => NewEvent): void {
    const once = event(this.#clock.idOf(JSON.stringify(name), at));
    this.#state.refusals.push({ ...once, ...this.#state.trace });
  }

  /** Publishes that an order was refused. */
  refuseOrder(order: RefusedOrder, refusal: Refusal): void {
    this.#state.events.push({
      ...reservationRefusedEvent(this.newId(), order, refusal),
      ...this.#state.trace,
    });
  }

  /** Publishes the repair of a level, if there was one since the last event. */
  addRepairEvent(level: StockLevel): void {
    addRepairEvent(this.#state, this.#clock, level, this.skus.get(level.sku));
  }

  recordedPart(name: PartName): RecordedPart | undefined {
    return this.#state.recordedParts.get(nameOfPart(name));
  }

  recordPart(part: RecordedPart): void {
    this.#state.recordedParts.set(nameOfPart(part), part);
  }

  /** Units of a SKU that a customer has, as its limit counts them. */
  takenBy(customerId: string, sku: string): number {
    return unitsTakenBy(this.#state, { customerId, sku });
  }

  order(orderId: string): Order {
    const order = this.#state.orders.get(orderId);
    if (!order) throw new Error(`order ${orderId} is not in the snapshot`);
    return order;
  }

  putOrder(order: Order): Order {
    this.#state.orders.set(order.orderId, order);
    return order;
  }

  /** Also for an order that only calls name. */
  isOrderCancelled(orderId: string): boolean {
    const order = this.#state.orders.get(orderId);
    return (order?.cancelledAt ?? null) !== null || this.#snapshot.cancelledOrders.includes(orderId);
  }

  /** How this payment was refused for the reservation, if it was. */
  refusedPayment(reservationId: string, paymentReference: string | null): RefusedPayment | undefined {
    return this.#state.refusedPayments.get(reservationId)?.get(paymentReference);
  }

  recordRefusedPayment(refused: RefusedPayment): void {
    withRefusedPayment(this.#state.refusedPayments, refused);
  }

  /** How many chunks of an import are applied; undefined for one that is not open. */
  chunksApplied(importId: string): number | undefined {
    const open = this.#snapshot.imports.find(({ id }) => id === importId);
    const inThisBatch = this.#state.importedChunks.findLast((chunk) => chunk.importId === importId);
    return open && (inThisBatch?.chunk ?? open.chunksApplied);
  }

  recordChunk(chunk: ImportedChunk): void {
    this.#state.importedChunks.push(chunk);
  }

  /** Has the ledger check whether these are low. */
  askForReview(skus: readonly string[]): void {
    this.#state.toReview.push(...skus);
  }

  /** Its state now, to go back to when one of several commands is refused. */
  checkpoint(): Checkpoint {
    return copyState(this.#state);
  }

  /** Discards all that was done since. Once for each checkpoint. */
  rollBack(checkpoint: Checkpoint): void {
    this.#state = checkpoint;
  }

  /** Like {@link rollBack}, but payments that were refused since stay refused. */
  rollBackButRefusals(checkpoint: Checkpoint): void {
    const { refusals, refusedPayments } = this.#state;
    this.#state = { ...checkpoint, refusals, refusedPayments };
  }

  /** All that is to be written. Once, when everything is decided. */
  changes(): Changes {
    const levels = touchedLevels(this.#state);
    const asRead = ({ sku, location }: StockLevel) => this.levelAsRead(sku, location);
    addShortfallEvents(this.#state, this.#clock, levels, asRead);
    return changesOf(this.#state, this.#snapshot, levels);
  }
}
