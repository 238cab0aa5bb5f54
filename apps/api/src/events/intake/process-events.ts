import type { Database } from '@holdfast/db';
import {
  deleteDeadEvent,
  deleteDeadEvents,
  keepDeadEvents,
  readDeadEvent,
  renewDeadEvent,
  commandOf,
  EventUnreadable,
  incomingEvent,
  type IncomingEvent,
  type IntakeSettings,
} from '@holdfast/events';
import type { OrderCommand } from '@holdfast/domain';
import { newId, type Ledger } from '@holdfast/ledger';
import type { ApiKeys } from '@holdfast/runtime';
import type { Registry } from 'prom-client';
import type { ClientSignal } from '../../http/client.ts';
import { faultsOfNames, type GivenName } from '../../http/given-names.ts';
import { notValid, Problem } from '../../http/problem.ts';
import { identityOf, REUSED_DEAD_ID_DETAIL } from './event-identity.ts';
import { dead, NOTHING_DONE, resultOf, type Result } from './event-result.ts';
import { countReceived } from './received-event-metrics.ts';
import type { EventResult } from '../incoming-event-schema.ts';

interface Sender {
  /** The name of its API key. */
  readonly caller: string;
  readonly signal: ClientSignal;
}

/**
 * Of one request. With 100 lines each they are less than half of what may wait at the ledger (5,000 lines).
 */
const AT_ONCE = 20;

interface IntakeParts {
  readonly ledger: Ledger;
  readonly database: Database;
  readonly settings: IntakeSettings & { readonly apiKeys: ApiKeys | null };
  readonly metrics: Registry;
}

/**
 * Events of other services. Each is applied once, however often it is sent: its source and id are kept with
 * its effect, in the ledger's transaction. What cannot be processed is kept with the reason.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #count: ReturnType<typeof countReceived>;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#count = countReceived(parts.metrics);
  }

  /**
   * Submits events in their order, many at once: the ledger decides them together.
   *
   * @returns the results, in their order
   * @throws {Problem} `forbidden`, when the sender may not use a source: then nothing is done
   * @throws what the ledger throws for any of them; those that were processed are duplicates the next time
   */
  async take(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    for (const { source } of events) this.#requireSource(sender.caller, source);
    const results = await this.#decideAll(events, sender);
    const all = events.flatMap((event, index) => {
      const result = results[index];
      return result ? [{ event, result }] : [];
    });
    const { prisma } = this.#parts.database;
    const done = all
      .filter(({ result }) => result.state !== 'dead')
      .map(({ event, result }) => ({ event, isNew: result.state === 'processed' }));
    if (done.length > 0) await deleteDeadEvents(prisma, done, sender.caller);
    const found = all
      .filter(({ result }) => result.state === 'dead')
      .map(({ event, result }) => ({ id: newId(), event, problem: result.problem }));
    const notKept = found.length > 0 ? await keepDeadEvents(prisma, found, sender.caller) : [];
    const refused = new Set(notKept.map(({ event }) => event));
    return all.map(({ event, result }) => (refused.has(event) ? notKeptOf(result) : result));
  }

  /** @throws {Problem} `forbidden` */
  #requireSource(caller: string, source: string): void {
    if (this.#parts.settings.apiKeys?.mayUseSource(caller, source) ?? true) return;
    throw new Problem('forbidden', `The API key ${caller} may not send events of the source ${source}.`);
  }

  /**
   * Tries a dead event again, for its sender. Null: there is none.
   * @throws {Problem} `forbidden`, when its sender may not use its source any more
   * @throws what the ledger throws
   */
  async retry(deadId: string, signal: ClientSignal): Promise<EventResult | null> {
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
      // All to their end, so that nothing is under way for a request that has been answered.
      for (const each of await Promise.allSettled(together)) {
        if (each.status === 'rejected') throw each.reason;
        results.push(each.value);
      }
    }
    return results;
  }

  async #decide(event: IncomingEvent, sender: Sender): Promise<EventResult> {
    const result = await this.#apply(event, sender);
    this.#count(event.type, result.state);
    return { id: event.id, source: event.source, ...result };
  }

  async #apply(event: IncomingEvent, { caller, signal }: Sender): Promise<Result> {
    const command = this.#read(event, caller);
    if ('state' in command) return command;
    if (command.kind === 'nothing') return { ...NOTHING_DONE, state: 'processed', note: command.note };
    const faults = await faultsOfNames(this.#parts.database.prisma, namesIn(command));
    if (faults.length > 0) return dead(notValid('The event', faults).describe());
    return resultOf(await this.#parts.ledger.submit(command, identityOf(event), { signal }));
  }

  #read(event: IncomingEvent, caller: string): ReturnType<typeof commandOf> | Result {
    try {
      return commandOf(event, { settings: this.#parts.settings, caller, newId });
    } catch (error) {
      if (error instanceof EventUnreadable) return dead(notValid('The event', error.faults).describe());
      throw error;
    }
  }
}

/** The dead event of another key stands in its place. */
const notKeptOf = ({ id, source }: EventResult): EventResult => ({
  id,
  source,
  ...dead(new Problem('idempotency_key_reused', REUSED_DEAD_ID_DETAIL).describe()),
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
