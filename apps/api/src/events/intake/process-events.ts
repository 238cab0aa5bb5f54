import type { ProblemBody } from '@holdfast/contract';
import type { Database } from '@holdfast/db';
import {
  deleteDeadEvents,
  keepDeadEvents,
  readDeadEvent,
  renewDeadEvent,
  type DeadEventFound,
  commandOf,
  EventUnreadable,
  incomingEvent,
  type IncomingEvent,
  type IntakeSettings,
} from '@holdfast/events';
import type { OrderCommand, OutcomeOf } from '@holdfast/domain';
import { newId, type Answer, type Ledger } from '@holdfast/ledger';
import type { Registry } from 'prom-client';
import type { ClientSignal } from '../../http/client.ts';
import { faultsOfNames, type GivenName } from '../../http/given-names.ts';
import { notValid, problemOf } from '../../http/problem.ts';
import { countReceived } from './received-event-metrics.ts';
import type { EventResult } from '../incoming-event-schema.ts';

type OrderOutcome = OutcomeOf<OrderCommand['kind']>;

type OrderResult = Extract<OrderOutcome, { readonly ok: true }>['order'];

type Result = Omit<EventResult, 'id' | 'source'>;

interface Sender {
  /** The name of its API key. */
  readonly caller: string;
  readonly signal: ClientSignal;
}

/** Event ids are kept with the keys of calls, for `event:<source>`: no API key's name has a colon. */
const PATH = '/v1/events';

/**
 * Of one request. With 100 lines each they are less than half of what may wait at the ledger (5,000 lines).
 */
const AT_ONCE = 20;

interface IntakeParts {
  readonly ledger: Ledger;
  readonly database: Database;
  readonly settings: IntakeSettings;
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
   * @throws what the ledger throws for any of them; those that were processed are duplicates the next time
   */
  async take(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    const results = await this.#decideAll(events, sender);
    const found = results.flatMap(({ state, problem }, index): DeadEventFound[] => {
      const event = events[index];
      return event && state === 'dead' ? [{ id: newId(), event, problem }] : [];
    });
    const { prisma } = this.#parts.database;
    if (found.length > 0) await keepDeadEvents(prisma, found, sender.caller);
    const done = results.filter(({ state }) => state !== 'dead');
    if (done.length > 0) await deleteDeadEvents(prisma, done);
    return results;
  }

  /** Tries a dead event again, for its sender. Null: there is none. @throws what the ledger throws */
  async retry(deadId: string, signal: ClientSignal): Promise<EventResult | null> {
    const { prisma } = this.#parts.database;
    const dead = await readDeadEvent(prisma, deadId);
    if (!dead) return null;
    const event = incomingEvent.parse(dead.event);
    const [result] = await this.#decideAll([event], { caller: dead.caller, signal });
    if (!result) throw new Error('an event was answered with nothing');
    if (result.state === 'dead') await renewDeadEvent(prisma, deadId, result.problem);
    else await deleteDeadEvents(prisma, [event]);
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
    const identity = { caller: `event:${event.source}`, path: PATH, key: event.id, fingerprint: '' };
    return resultOf(await this.#parts.ledger.submit(command, identity, { signal }));
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

/** An outcome that an earlier release has kept has neither effects nor a note. */
type KeptOrder = Omit<OrderResult, 'effects' | 'note'> & Partial<Pick<OrderResult, 'effects' | 'note'>>;

function resultOf({ outcome, replayed }: Answer<OrderOutcome>): Result {
  if (!outcome.ok) return dead(problemOf(outcome.refusal).describe());
  const order: KeptOrder = outcome.order;
  const { reservationId, refusal, isUnfinished, effects = [], note = refusal ? null : NOT_RECORDED } = order;
  const state = replayed ? 'duplicate' : 'processed';
  return {
    state: isUnfinished ? 'dead' : state,
    effects: effects.map((each) => ({ reservation_id: each.reservationId, effect: each.effect })),
    note,
    reservation_id: reservationId,
    problem: refusal && problemOf(refusal).describe(),
  };
}

const NOT_RECORDED = 'An earlier release has processed it, and did not record what it has done.';

const NOTHING_DONE = { effects: [], note: null, reservation_id: null, problem: null };

const dead = (problem: ProblemBody): Result => ({ ...NOTHING_DONE, state: 'dead', problem });

/** The names in an event, by the type of the event. */
function namesIn(command: OrderCommand): readonly GivenName[] {
  const order: GivenName = { path: 'data.order_id', name: command.orderId, of: { kind: 'order' } };
  switch (command.kind) {
    case 'order-created': {
      const { cartId, storeId } = command.reserve;
      return [
        order,
        { path: 'data.cart_id', name: cartId, of: { kind: 'cart' } },
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
