import { notValidBody, problemBody, type ProblemBody } from '@holdfast/contract';
import type { Database } from '@holdfast/db';
import type { OrderCommand, Trace } from '@holdfast/domain';
import type { IdempotencyKey } from '@holdfast/idempotency';
import { faultsOfNames, type GivenName } from '@holdfast/reservations';
import {
  deleteDeadEvent,
  deleteDeadEvents,
  keepDeadEvents,
  readDeadEvent,
  renewDeadEvent,
} from '../dead-event-store.ts';
import { commandOf, EventUnreadable, type IntakeSettings } from './command-of.ts';
import { identityOf, REUSED_DEAD_ID_DETAIL } from './event-identity.ts';
import { dead, NOTHING_DONE, resultOf, type Decided, type EventResult, type Result } from './event-result.ts';
import { incomingEvent, type IncomingEvent } from './incoming-envelope.ts';

/** Whether the sender still waits, and by which request. Like the ledger's `Caller`. */
interface SenderSignal {
  readonly aborted: boolean;
  readonly trace: Trace;
  /** Shares the ledger with others as one caller. */
  readonly name: string;
}

export interface Sender {
  /** The name of its API key; of a consumer in this process, its own. */
  readonly caller: string;
  readonly signal: SenderSignal;
}

/** Of one request. With 100 lines each, less than half of the lines that may wait at the ledger (5,000). */
const AT_ONCE = 20;

export interface IntakeParts {
  /** `Ledger.submit`. */
  readonly submit: (command: OrderCommand, key: IdempotencyKey, signal: SenderSignal) => Promise<Decided>;
  readonly newId: () => string;
  readonly database: Database;
  readonly settings: IntakeSettings;
  /** Whether the caller may send events of the source. */
  readonly maySend: (caller: string, source: string) => boolean;
  /** Called with each event that was decided. */
  readonly onDecided: (type: string, state: EventResult['state']) => void;
}

/** An event of a source that its sender may not use. */
export class SourceForbidden extends Error {
  override name = 'SourceForbidden';

  constructor(caller: string, source: string) {
    super(`The API key ${caller} may not send events of the source ${source}.`);
  }
}

/**
 * Events of other services. Each is applied once, even if it is sent several times: its source and id are
 * stored with its effect, in the ledger's transaction. An event that cannot be processed is kept with the
 * reason.
 */
export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * Submits events in their order, many at once: the ledger decides them together.
   *
   * @returns the results, in their order
   * @throws {SourceForbidden} when the sender may not use a source: then nothing is done
   * @throws the ledger's error for any of them; the others were processed, and are duplicates in a repeat
   */
  async take(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    for (const { source } of events) this.#requireSource(sender.caller, source);
    const results = await this.#decideAll(events, sender);
    const all = events.flatMap((event, index) => {
      const result = results[index];
      return result ? [{ event, result }] : [];
    });
    const done = all
      .filter(({ result }) => result.state !== 'dead')
      .map(({ event, result }) => ({ event, isNew: result.state === 'processed' }));
    if (done.length > 0) await deleteDeadEvents(this.#parts.database.prisma, done, sender.caller);
    const found = all
      .filter(({ result }) => result.state === 'dead')
      .map(({ event, result }) => ({ event, problem: result.problem }));
    const refused = await this.#keepDead(found, sender.caller);
    return all.map(({ event, result }) => (refused.has(event) ? notKeptOf(result) : result));
  }

  /**
   * Keeps an event that is not to be decided, with the reason.
   *
   * @returns false: another caller has a dead event with this source and id
   */
  async keepDead(event: IncomingEvent, problem: ProblemBody, caller: string): Promise<boolean> {
    const refused = await this.#keepDead([{ event, problem }], caller);
    this.#parts.onDecided(event.type, 'dead');
    return refused.size === 0;
  }

  /** @returns those that were not kept */
  async #keepDead(
    found: readonly { readonly event: IncomingEvent; readonly problem: ProblemBody | null }[],
    caller: string,
  ): Promise<ReadonlySet<object>> {
    if (found.length === 0) return new Set();
    const { database, newId } = this.#parts;
    const named = found.map((each) => ({ id: newId(), ...each }));
    const notKept = await keepDeadEvents(database.prisma, named, caller);
    return new Set(notKept.map(({ event }) => event));
  }

  #requireSource(caller: string, source: string): void {
    if (!this.#parts.maySend(caller, source)) throw new SourceForbidden(caller, source);
  }

  /**
   * Tries a dead event again, for its sender. Null: there is none.
   * @throws {SourceForbidden} when its sender may not use its source any more
   * @throws what the ledger throws
   */
  async retry(deadId: string, signal: SenderSignal): Promise<EventResult | null> {
    const { prisma } = this.#parts.database;
    const dead = await readDeadEvent(prisma, deadId);
    if (!dead) return null;
    const event = incomingEvent.parse(dead.event);
    this.#requireSource(dead.caller, event.source);
    const [result] = await this.#decideAll([event], { caller: dead.caller, signal });
    if (!result) throw new Error('an event was answered with nothing');
    if (result.state === 'dead') await renewDeadEvent(prisma, deadId, result.problem);
    else await deleteDeadEvent(prisma, deadId);
    return result;
  }

  async #decideAll(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    const results: EventResult[] = [];
    for (let from = 0; from < events.length; from += AT_ONCE) {
      const together = events.slice(from, from + AT_ONCE).map((event) => this.#decide(event, sender));
      // Waits for all of them, so that no work continues after the answer.
      for (const each of await Promise.allSettled(together)) {
        if (each.status === 'rejected') throw each.reason;
        results.push(each.value);
      }
    }
    return results;
  }

  async #decide(event: IncomingEvent, sender: Sender): Promise<EventResult> {
    const result = await this.#apply(event, sender);
    this.#parts.onDecided(event.type, result.state);
    return { id: event.id, source: event.source, ...result };
  }

  async #apply(event: IncomingEvent, { caller, signal }: Sender): Promise<Result> {
    const command = this.#read(event, caller);
    if ('state' in command) return command;
    if (command.kind === 'nothing') return { ...NOTHING_DONE, state: 'processed', note: command.note };
    const faults = await faultsOfNames(this.#parts.database.prisma, namesIn(command));
    if (faults.length > 0) return dead(notValidBody('The event', faults));
    return resultOf(await this.#parts.submit(command, identityOf(event), signal));
  }

  #read(event: IncomingEvent, caller: string): ReturnType<typeof commandOf> | Result {
    const { settings, newId } = this.#parts;
    try {
      return commandOf(event, { settings, caller, newId });
    } catch (error) {
      if (error instanceof EventUnreadable) return dead(notValidBody('The event', error.faults));
      throw error;
    }
  }
}

/** Another key has a dead event with this source and id. */
const notKeptOf = ({ id, source }: EventResult): EventResult => ({
  id,
  source,
  ...dead(problemBody('idempotency_key_reused', REUSED_DEAD_ID_DETAIL)),
});

/** The names in an event, by the type of the event. */
function namesIn(command: OrderCommand): readonly GivenName[] {
  const order: GivenName = { path: 'data.order_id', name: command.orderId, of: { kind: 'order' } };
  switch (command.kind) {
    case 'order-created':
    case 'order-changed': {
      const { cartId, customerId, storeId } = command.reserve;
      return [
        order,
        { path: 'data.cart_id', name: cartId, of: { kind: 'cart' } },
        { path: 'data.customer_id', name: customerId, of: null },
        { path: 'data.store_id', name: storeId, of: null },
      ];
    }
    case 'order-fulfilled': {
      const of = { kind: 'order-fulfillment', orderId: command.orderId } as const;
      return [order, { path: 'data.fulfillment_id', name: command.fulfillmentId, of }];
    }
    case 'order-paid':
    case 'order-payment-failed':
    case 'order-cancelled':
      return [order];
    default:
      return command satisfies never;
  }
}
