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
import { newId, type Ledger } from '@holdfast/ledger';
import type { ApiKeys } from '@holdfast/runtime';
import type { Registry } from 'prom-client';
import type { ClientSignal } from '../../http/client.ts';
import { faultsOfNames } from '../../http/given-names.ts';
import { notValid, Problem } from '../../http/problem.ts';
import { dead, NOTHING_DONE, resultOf, type EventResult, type Result } from './event-result.ts';
import { identityOf, REUSED_DEAD_ID_DETAIL } from './event-identity.ts';
import { countReceived } from './received-event-metrics.ts';
import { namesIn } from './names-in-event.ts';

type Settings = IntakeSettings & { readonly apiKeys: ApiKeys | null };

interface Sender {
  /** The name of its API key. */
  readonly caller: string;
  readonly signal: ClientSignal;
}

/**
 * Of one request. With 100 lines each they are less than half of what may wait at the ledger (5,000 lines): a
 * request that filled the list by itself would be refused whenever it came again.
 */
const AT_ONCE = 20;

/**
 * Events of other services. Each is applied once, from any sender and any number of times: its source and id
 * are kept with its effect, in the ledger's transaction. What cannot be processed is kept aside with its
 * reason, until it can.
 */
export class Intake {
  readonly #ledger: Ledger;
  readonly #database: Database;
  readonly #settings: Settings;
  readonly #count: ReturnType<typeof countReceived>;

  constructor({
    ledger,
    database,
    settings,
    metrics,
  }: {
    readonly ledger: Ledger;
    readonly database: Database;
    readonly settings: Settings;
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
   * @throws {Problem} `forbidden`, when the sender may not use a source: then nothing is done
   * @throws what the ledger throws for any of them. Those that were processed are duplicates when they come
   * again
   */
  async take(events: readonly IncomingEvent[], sender: Sender): Promise<readonly EventResult[]> {
    for (const { source } of events) this.#requireSource(sender.caller, source);
    const results = await this.#decideAll(events, sender);
    const all = events.flatMap((event, index) => {
      const result = results[index];
      return result ? [{ event, result }] : [];
    });
    const { prisma } = this.#database;
    const done = all.filter(({ result }) => result.state !== 'dead');
    if (done.length > 0) {
      const processed = done.map(({ event, result }) => ({ event, isNew: result.state === 'processed' }));
      await deleteDeadEvents(prisma, processed, sender.caller);
    }
    const found = all
      .filter(({ result }) => result.state === 'dead')
      .map(({ event, result }) => ({ id: newId(), event, problem: result.problem }));
    const notKept = found.length > 0 ? await keepDeadEvents(prisma, found, sender.caller) : [];
    const refused = new Set(notKept.map(({ event }) => event));
    return all.map(({ event, result }) => (refused.has(event) ? { ...result, ...NOT_KEPT } : result));
  }

  /** @throws {Problem} `forbidden` */
  #requireSource(caller: string, source: string): void {
    if (this.#settings.apiKeys?.mayUseSource(caller, source) ?? true) return;
    throw new Problem('forbidden', `The API key ${caller} may not send events of the source ${source}.`);
  }

  /**
   * Tries a dead event once more, for its sender.
   *
   * @returns null: there is no such dead event
   * @throws {Problem} `forbidden`, when its sender may not use its source any more
   * @throws what the ledger throws
   */
  async retry(deadId: string, signal: ClientSignal): Promise<EventResult | null> {
    const { prisma } = this.#database;
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
    const result = await this.#apply(event, sender);
    this.#count(event.type, result.state);
    return { id: event.id, source: event.source, ...result };
  }

  async #apply(event: IncomingEvent, { caller, signal }: Sender): Promise<Result> {
    const command = this.#read(event, caller);
    if ('state' in command) return command;
    if (command.kind === 'nothing') return { ...NOTHING_DONE, state: 'processed', note: command.note };
    const faults = await faultsOfNames(this.#database.prisma, namesIn(command));
    if (faults.length > 0) return dead(notValid('The event', faults).describe());
    return resultOf(await this.#ledger.submit(command, identityOf(event), { signal }));
  }

  #read(event: IncomingEvent, caller: string): ReturnType<typeof commandOf> | Result {
    try {
      return commandOf(event, { settings: this.#settings, caller, newId });
    } catch (error) {
      if (error instanceof EventUnreadable) return dead(notValid('The event', error.faults).describe());
      throw error;
    }
  }
}

const NOT_KEPT = dead(new Problem('idempotency_key_reused', REUSED_DEAD_ID_DETAIL).describe());
