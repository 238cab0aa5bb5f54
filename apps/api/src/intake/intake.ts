import {
  forgetDeadEvents,
  keepDeadEvents,
  readDeadEvent,
  renewDeadEvent,
  type Database,
  type DeadEventFound,
} from '@holdfast/db';
import {
  commandOf,
  EventUnreadable,
  incomingEvent,
  type IncomingEvent,
  type IntakeSettings,
} from '@holdfast/events';
import { newId, type Answer, type Ledger } from '@holdfast/ledger';
import type { Registry } from 'prom-client';
import type { ClientSignal } from '../http/client.ts';
import { notValid, problemOf, type ProblemDescription } from '../http/problem.ts';
import { countReceived } from './metrics.ts';

/** What an event came to. */
export interface EventResult {
  readonly id: string;
  readonly source: string;
  readonly state: 'processed' | 'duplicate' | 'dead';
  /** Of the order's reservation, where there is one. */
  readonly reservation_id: string | null;
  /** Why it is dead; or what was refused, and has been told by an event. */
  readonly problem: ProblemDescription | null;
}

type Told = Omit<EventResult, 'id' | 'source'>;

interface Sender {
  /** The name of its API key. */
  readonly caller: string;
  readonly signal: ClientSignal;
}

/** The names of events are kept with the keys of calls, as those of `event:<source>`: no API key's name has a colon. */
const PATH = '/v1/events';

/**
 * Of one request. With 100 lines each they are less than half of what may wait at the ledger (5,000 lines): a request that
 * filled the list by itself would be refused whenever it came again.
 */
const AT_ONCE = 20;

/**
 * Events of other services. Each is done once, whoever sends it and how often: its source and id are kept with its effect, in
 * the ledger's transaction. What cannot be processed is kept aside with its reason, until it can.
 */
export class Intake {
  readonly #ledger: Ledger;
  readonly #database: Database;
  readonly #settings: IntakeSettings;
  readonly #count: ReturnType<typeof countReceived>;

  constructor({
    ledger,
    database,
    settings,
    metrics,
  }: {
    readonly ledger: Ledger;
    readonly database: Database;
    readonly settings: IntakeSettings;
    readonly metrics: Registry;
  }) {
    this.#ledger = ledger;
    this.#database = database;
    this.#settings = settings;
    this.#count = countReceived(metrics);
  }

  /**
   * Submits events in their order, many at once: the ledger decides them together.
   *
   * @returns what each came to, in their order
   * @throws what the ledger throws for any of them. Those that were processed are duplicates when they come again
   */
  async take(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    const results = await this.#decideAll(events, sender);
    const found = results.flatMap(({ state, problem }, index): DeadEventFound[] => {
      const event = events[index];
      return event && state === 'dead' ? [{ id: newId(), event, problem }] : [];
    });
    const { prisma } = this.#database;
    if (found.length > 0) await keepDeadEvents(prisma, found, sender.caller);
    const done = results.filter(({ state }) => state !== 'dead');
    if (done.length > 0) await forgetDeadEvents(prisma, done);
    return results;
  }

  /**
   * Tries a dead event once more, for whoever sent it.
   *
   * @returns null: there is no such dead event
   * @throws what the ledger throws
   */
  async retry(deadId: string, signal: ClientSignal): Promise<EventResult | null> {
    const { prisma } = this.#database;
    const dead = await readDeadEvent(prisma, deadId);
    if (!dead) return null;
    const event = incomingEvent.parse(dead.event);
    const [result] = await this.#decideAll([event], { caller: dead.caller, signal });
    if (!result) throw new Error('an event was answered with nothing');
    if (result.state === 'dead') await renewDeadEvent(prisma, deadId, result.problem);
    else await forgetDeadEvents(prisma, [event]);
    return result;
  }

  async #decideAll(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    const results: EventResult[] = [];
    for (let from = 0; from < events.length; from += AT_ONCE) {
      results.push(...(await this.#decideTogether(events.slice(from, from + AT_ONCE), sender)));
    }
    return results;
  }

  async #decideTogether(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    // All to their end, so that nothing is under way for a request that has been answered.
    const settled = await Promise.allSettled(events.map((event) => this.#decide(event, sender)));
    return settled.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  }

  async #decide(event: IncomingEvent, sender: Sender): Promise<EventResult> {
    const told = await this.#tell(event, sender);
    this.#count(event.type, told.state);
    return { id: event.id, source: event.source, ...told };
  }

  async #tell(event: IncomingEvent, { caller, signal }: Sender): Promise<Told> {
    const command = this.#read(event, caller);
    if (command === null) return NOTHING_TO_DO;
    if ('state' in command) return command;
    const identity = { caller: `event:${event.source}`, path: PATH, key: event.id, fingerprint: '' };
    return toldBy(await this.#ledger.submit(command, identity, { signal }));
  }

  #read(event: IncomingEvent, caller: string): ReturnType<typeof commandOf> | Told {
    try {
      return commandOf(event, { settings: this.#settings, caller, newId });
    } catch (error) {
      if (error instanceof EventUnreadable) return dead(notValid('The event', error.faults).describe());
      throw error;
    }
  }
}

function toldBy({ outcome, replayed }: Answer): Told {
  if (!outcome.ok) return dead(problemOf(outcome.refusal).describe());
  if (!('order' in outcome)) throw new Error('an event was answered with something else');
  const { reservationId, refusal, isUnfinished } = outcome.order;
  const state = replayed ? 'duplicate' : 'processed';
  return {
    state: isUnfinished ? 'dead' : state,
    reservation_id: reservationId,
    problem: refusal && problemOf(refusal).describe(),
  };
}

const NOTHING_TO_DO: Told = { state: 'processed', reservation_id: null, problem: null };

const dead = (problem: ProblemDescription): Told => ({ state: 'dead', reservation_id: null, problem });
