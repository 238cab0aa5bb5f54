import { openDatabase, type ConnectionPool, type IdempotencyKey } from '@holdfast/db';
import type { Command, SyncAction } from '@holdfast/domain';
import type { Committed } from './batch/commit-batch.ts';
import { linesOf, type Answer, type Entry } from './batch/entry.ts';
import type { Locking } from './batch/locking-strategies.ts';
import { isKept, keyReused, nameOf } from './batch/replay.ts';
import { runBatch, type CommittedBatch, type Try } from './batch/run-batch.ts';
import { CallerGone, LedgerOverloaded, LedgerUnavailable } from './ledger-errors.ts';
import { LEDGER_LIMITS, LEDGER_SETTINGS } from './limits.ts';
import { PendingList, type Caller, type Waiting } from './pending-list.ts';

/** What is to be done outside the database after a commit, and only then. */
export interface Effects {
  /** Milliseconds since the epoch, by the database's clock, when the batch was decided. */
  readonly now: number;
  /** When the holds that are new or have changed fall due. */
  readonly dueAt: readonly number[];
  readonly syncs: readonly { readonly id: string; readonly action: SyncAction }[];
  /** How many events wait to be published; at most, as a refusal may have been told before. */
  readonly events: number;
}

export interface LedgerOptions {
  readonly databaseUrl: string;
  readonly applicationName: string;
  /** Default: pessimistic. */
  readonly locking?: Locking;
  /** Called after each commit. Must not throw and is not waited for: checkout does not depend on it. */
  readonly onCommitted?: (effects: Effects) => void;
  readonly observer?: LedgerObserver;
}

/** What can be watched. Each is called at once with what happened. */
export interface LedgerObserver {
  /** Once, when the ledger is made: what can be asked of it from then on. */
  opened?(ledger: Pick<Ledger, 'pending' | 'pendingLines'>): void;
  batch?(batch: { commands: number; lines: number; waitedMs: number; tookMs: number }): void;
  tried?(tried: Try): void;
  tryFailed?(failure: { reason: string; tries: number; error: unknown }): void;
  overtaken?(): void;
  refusedByLoad?(): void;
  /** Commands of a batch that came to nothing, after all tries. */
  failed?(failure: { commands: number; error: Error }): void;
  callersGone?(commands: number): void;
  /** After each commit, before any caller hears of it: what was decided, in the order of the batch. */
  committed?(batch: CommittedBatch): void;
}

export interface SubmitOptions {
  /** Of a `reserve-batch`: keys of its reservations, in their order, each kept for itself. */
  readonly partKeys?: readonly (IdempotencyKey | null)[];
  /** Who asks. A command whose caller has gone before its turn comes is dropped. */
  readonly signal?: Caller;
}

interface KeyInFlight {
  readonly fingerprint: string;
  readonly callers: Caller[];
  readonly answer: Promise<Answer>;
}

/** Whoever does not say that it may go, stays. */
const STAYS: Caller = { aborted: false };

type Asked = Pick<Entry, 'command' | 'idempotency' | 'partKeys'>;

/**
 * The one door to stock. Commands of concurrent callers are decided together, in one transaction:
 *
 * - `submit` puts a command on the pending list. While a batch is in flight the list fills up; the next batch takes what
 *   is there, up to `linesPerBatchMax`, when that one has ended, or beside it as soon as enough wait or it takes long. A
 *   lone command goes at once, and under load batches grow by themselves to what the database can take
 *   (docs/decisions/0002).
 * - A call whose key is in flight in this process joins the first one, and gets its answer.
 * - The pending list is bounded. Past it, a command is refused at once, with nothing done.
 */
export class Ledger {
  readonly #database;
  readonly #options: LedgerOptions;
  readonly #pending = new PendingList();
  readonly #keysInFlight = new Map<string, KeyInFlight>();
  readonly #running = new Set<Promise<void>>();
  /** Batches that are under way for longer than `overlapAfterMs`. */
  readonly #long = new Set<object>();
  #closed = false;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#database = openDatabase(options.databaseUrl, {
      poolMax: LEDGER_LIMITS.connectionsMax,
      applicationName: options.applicationName,
      settings: LEDGER_SETTINGS,
    });
    options.observer?.opened?.(this);
  }

  /**
   * Decides a command and writes what it changes, with all others that wait.
   *
   * @param idempotency the same key again gets the outcome of the first call
   * @throws {LedgerOverloaded} too much is waiting; nothing was done
   * @throws {LedgerUnavailable} the database cannot be reached; nothing was done
   * @throws {OutcomeUnknown} the database went away during COMMIT
   * @throws {CallerGone} nobody waits for the answer any more; nothing was done
   */
  async submit(
    command: Command,
    idempotency: IdempotencyKey | null = null,
    { partKeys, signal = STAYS }: SubmitOptions = {},
  ): Promise<Answer> {
    const asked = { command, idempotency, ...(partKeys ? { partKeys } : {}) };
    if (!idempotency) return this.#enqueue(asked, [signal]);
    const name = nameOf(idempotency);
    const first = this.#keysInFlight.get(name);
    if (!first) {
      const callers = [signal];
      const answer = this.#enqueue(asked, callers).finally(() => this.#keysInFlight.delete(name));
      this.#keysInFlight.set(name, { fingerprint: idempotency.fingerprint, callers, answer });
      return answer;
    }
    first.callers.push(signal);
    const joined = await first.answer.catch((error: unknown) => {
      if (error instanceof CallerGone && !signal.aborted) return null; // given up before this caller joined
      throw error;
    });
    // What is not kept is decided anew, as it would be for a call that comes a moment later.
    if (!joined || !isKept(command, joined.outcome))
      return this.submit(command, idempotency, { ...asked, signal });
    const { outcome } = joined;
    return first.fingerprint === idempotency.fingerprint
      ? { outcome, replayed: true }
      : { outcome: keyReused(), replayed: false };
  }

  /** Commands that wait now. */
  get pending(): number {
    return this.#pending.commands;
  }

  /** And how many lines they have; `pendingLinesMax` is the bound. */
  get pendingLines(): number {
    return this.#pending.lines;
  }

  /** Its connections, to be watched. */
  get pool(): ConnectionPool {
    return this.#database.pool;
  }

  /** Refuses new commands, lets those that wait and run come to their end, then closes its connections. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running.size > 0) await Promise.all(this.#running);
    await this.#database.close();
  }

  #enqueue(asked: Asked, callers: readonly Caller[]): Promise<Answer> {
    if (this.#closed) return Promise.reject(new LedgerUnavailable('the service is stopping'));
    if (this.#pending.isFull) {
      this.#options.observer?.refusedByLoad?.();
      return Promise.reject(new LedgerOverloaded(`${this.pending} commands wait already`));
    }
    return new Promise<Answer>((resolve, reject) => {
      this.#pending.add({ ...asked, callers, since: performance.now(), resolve, reject });
      this.#startBatches();
    });
  }

  #startBatches(): void {
    while (this.#mayStartBatch()) {
      const { entries, abandoned } = this.#pending.takeBatch();
      if (abandoned.length > 0) this.#giveUp(abandoned);
      if (entries.length === 0) continue;
      const overlap = setTimeout(() => {
        this.#long.add(entries);
        this.#startBatches();
      }, LEDGER_LIMITS.overlapAfterMs);
      const batch = this.#run(entries).finally(() => {
        clearTimeout(overlap);
        this.#long.delete(entries);
        this.#running.delete(batch);
        this.#startBatches();
      });
      this.#running.add(batch);
    }
  }

  #mayStartBatch(): boolean {
    if (this.#running.size === 0) return this.pending > 0;
    if (this.#running.size >= LEDGER_LIMITS.batchesInFlightMax || this.pending === 0) return false;
    return this.#long.size > 0 || this.pending >= LEDGER_LIMITS.overlapCommandsMin;
  }

  /** A caller that has gone costs nothing more. One that gave a key may come again with it. */
  #giveUp(abandoned: readonly Waiting[]): void {
    for (const { reject } of abandoned) reject(new CallerGone('the caller has gone'));
    this.#options.observer?.callersGone?.(abandoned.length);
  }

  async #run(entries: readonly Waiting[]): Promise<void> {
    const { observer } = this.#options;
    const started = performance.now();
    const results = await runBatch(this.#database, entries, {
      locking: this.#options.locking ?? 'pessimistic',
      onTried: (tried) => observer?.tried?.(tried),
      onTryFailed: (failure) => observer?.tryFailed?.(failure),
      onOvertaken: () => observer?.overtaken?.(),
    });
    for (const result of results) {
      if ('error' in result) {
        observer?.failed?.({ commands: result.entries.length, error: result.error });
        for (const entry of result.entries) entry.reject(result.error);
        continue;
      }
      observer?.committed?.(result);
      for (const [index, entry] of result.entries.entries()) {
        entry.resolve(result.committed.answers[index] as Answer);
      }
      this.#options.onCommitted?.(effectsOf(result.committed));
    }
    observer?.batch?.({
      commands: entries.length,
      lines: entries.reduce((lines, { command }) => lines + linesOf(command), 0),
      waitedMs: started - (entries[0]?.since ?? started),
      tookMs: performance.now() - started,
    });
  }
}

function effectsOf({ changes, events, now }: Committed): Effects {
  const dueAt = [...changes.created, ...changes.updated]
    .filter(({ status }) => status === 'held')
    .map(({ expiresAt }) => expiresAt)
    .filter((time) => time !== null);
  return { now, dueAt, syncs: changes.syncs.map(({ id, action }) => ({ id, action })), events };
}
