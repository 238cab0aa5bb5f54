import { openDatabase, type ConnectionPool } from '@holdfast/db';
import { type IdempotencyKey } from '@holdfast/idempotency';
import { moduleOf, type Command, type CommandKind, type CommandOf, type OutcomeOf } from '@holdfast/domain';
import { effectsOf, type Effects } from './batch/commit-batch.ts';
import { describeCommand, type Answer, type Described } from './batch/entry.ts';
import { runBatch } from './batch/run-batch.ts';
import { BatchesInFlight } from './batches-in-flight.ts';
import { BlockedList } from './blocked-list.ts';
import { KeysInFlight } from './keys-in-flight.ts';
import { KnownLocks } from './known-locks.ts';
import { CallerGone, LedgerOverloaded, LedgerUnavailable, RowsLocked } from './ledger-errors.ts';
import type { CommitFence } from './commit-fence.ts';
import type { LedgerGate } from './ledger-gate.ts';
import type { CommittedBatch, LedgerObserver } from './ledger-observer.ts';
import { LEDGER_LIMITS, LEDGER_SETTINGS } from './limits.ts';
import { PendingList, Subjects, type Caller, type Waiting } from './pending-list.ts';

export interface LedgerOptions {
  readonly databaseUrl: string;
  /** Shown in pg_stat_activity; has the word {@link LEDGER_SESSION} in it. */
  readonly applicationName: string;
  /** Called after each commit. Must not throw and is not waited for: checkout does not depend on it. */
  readonly onCommitted?: (effects: Effects) => void;
  readonly observer?: LedgerObserver;
  /** Called before each commit. */
  readonly fence?: CommitFence | undefined;
  /** Asked about each command first. */
  readonly gate?: LedgerGate | undefined;
}

export interface SubmitOptions {
  /** Of a command that has parts: their keys, in their order. Each outcome is kept for itself. */
  readonly partKeys?: readonly (IdempotencyKey | null)[];
  /** Who asks. A command whose caller has gone before its turn comes is dropped. */
  readonly signal?: Caller;
  /** False: refused at once if another session keeps a row locked that it needs. Default: true. */
  readonly waitsForLocks?: boolean;
}

/** A caller without a signal is never gone. */
const STAYS: Caller = { aborted: false };

/**
 * The only way to change stock. Commands of concurrent callers are decided together, in one transaction:
 *
 * - `submit` puts a command on the pending list. While a batch is in flight the list fills up; the next batch
 *   takes what is there, up to `linesPerBatchMax`, when that one has ended, or beside it as soon as enough
 *   wait or it takes long. A lone command goes at once, and under load batches grow by themselves to what the
 *   database can take (docs/decisions/0002).
 * - A call whose key is in flight in this process joins the first one, and gets its answer.
 * - Callers are served in turn, by lines (pending-list.ts).
 * - The pending list is bounded. When it is full, a command is refused at once, with nothing done; so is a
 *   command that has waited there too long.
 * - A command that needs a row which another session keeps locked waits on a list of its own, with a limit,
 *   and returns when the row is free. It does not delay others (docs/decisions/0024).
 * - Commands of one caller about one reservation, order or import are decided in order of arrival.
 */
export class Ledger {
  readonly #database;
  readonly #options: LedgerOptions;
  readonly #pending = new PendingList();
  readonly #keysInFlight = new KeysInFlight();
  readonly #blocked = new BlockedList();
  readonly #locks: KnownLocks;
  /** The subjects of the commands that run or are blocked. Later commands about them wait. */
  readonly #subjects = new Subjects();
  readonly #batches = new BatchesInFlight(() => this.#startBatches());
  #sweep: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#database = openDatabase(options.databaseUrl, {
      poolMax: LEDGER_LIMITS.connectionsMax,
      applicationName: options.applicationName,
      settings: LEDGER_SETTINGS,
      pipeline: true,
    });
    this.#locks = new KnownLocks(this.#database.prisma, () => this.#returnUnblocked());
    options.observer?.opened?.(this);
  }

  /**
   * Decides a command and writes what it changes, with all others that wait.
   *
   * @param idempotency the same key again gets the outcome of the first call
   * @throws {LedgerOverloaded} too much is waiting; nothing was done
   * @throws {RowsLocked} another session kept rows locked that it needs; nothing was done
   * @throws {LedgerUnavailable} the database cannot be reached; nothing was done
   * @throws {OutcomeUnknown} the database went away during COMMIT
   * @throws {CallerGone} all callers have disconnected; nothing was done
   */
  async submit<Kind extends CommandKind>(
    command: CommandOf<Kind> & { readonly kind: Kind },
    idempotency: IdempotencyKey | null = null,
    options: SubmitOptions = {},
  ): Promise<Answer<OutcomeOf<Kind>>> {
    const { gate } = this.#options;
    const known = gate ? await gate.answer(command, idempotency) : null;
    const answer = known ?? (await this.#decide(command, idempotency, options));
    if (known) options.signal?.weighed?.(moduleOf(command).weight(command));
    else gate?.learn(command, idempotency, answer);
    // A kept outcome is of the same kind: the key has the call's path and fingerprint.
    return answer as Answer<OutcomeOf<Kind>>;
  }

  #decide(command: Command, idempotency: IdempotencyKey | null, options: SubmitOptions): Promise<Answer> {
    const described = describeCommand(command);
    const { signal: caller = STAYS } = options;
    return idempotency
      ? this.#keysInFlight.answer({ key: idempotency, caller, module: described.module }, (callers) =>
          this.#enqueue(described, idempotency, options, callers),
        )
      : this.#enqueue(described, null, options, [caller]);
  }

  /** Commands that wait now. */
  get pending(): number {
    return this.#pending.commands;
  }

  /** And how many lines they have; `pendingLinesMax` is the bound. */
  get pendingLines(): number {
    return this.#pending.lines;
  }

  /** Commands that wait for rows which other sessions keep locked. */
  get blocked(): number {
    return this.#blocked.commands;
  }

  /** How many such rows are known. */
  get lockedRows(): number {
    return this.#locks.size;
  }

  get pool(): ConnectionPool {
    return this.#database.pool;
  }

  /** Whether its connections answer within `timeoutMs` and can write. Never throws. */
  canWrite(timeoutMs: number): Promise<boolean> {
    return this.#database.canWrite(timeoutMs);
  }

  /** Refuses new and blocked commands, waits until all others are done, then closes its connections. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#returnUnblocked();
    await this.#batches.untilAllEnded();
    this.#locks.stop();
    clearTimeout(this.#sweep);
    await this.#database.close();
  }

  #enqueue(
    { command, module, targets, weight, subjects }: Described,
    idempotency: IdempotencyKey | null,
    { partKeys, waitsForLocks = true }: SubmitOptions,
    callers: readonly Caller[],
  ): Promise<Answer> {
    if (this.#closed) return Promise.reject(new LedgerUnavailable('the service is stopping'));
    if (this.#pending.isFull) {
      this.#refuseByLoad(this.#pending.makeRoomFor(callers[0]), 'other callers have fewer lines waiting');
      if (this.#pending.isFull) {
        this.#options.observer?.refusedByLoad?.();
        return Promise.reject(new LedgerOverloaded(`${this.pending} commands wait already`));
      }
    }
    callers[0]?.weighed?.(weight);
    return new Promise<Answer>((resolve, reject) => {
      // Each property by its name: spreading objects into an entry took 3 us for each create.
      this.#pending.add({
        command,
        module,
        targets,
        weight,
        subjects,
        idempotency,
        partKeys,
        trace: callers[0]?.trace,
        callers,
        since: performance.now(),
        waitsForLocks,
        turn: 0,
        resolve,
        reject,
      });
      this.#startBatches();
      this.#sweepLater();
    });
  }

  /** While commands wait, refuses those that have waited too long: the batches ahead of them may hang. */
  #sweepLater(): void {
    if (this.pending === 0) return;
    this.#sweep ??= setTimeout(() => {
      this.#sweep = undefined;
      const late = this.#pending.takeLate(LEDGER_LIMITS.pendingTimeMaxMs);
      this.#refuseByLoad(late, 'the command has waited too long for its batch');
      this.#sweepLater();
    }, LEDGER_LIMITS.pendingSweepEveryMs);
  }

  #refuseByLoad(entries: readonly Waiting[], reason: string): void {
    for (const { reject } of entries) {
      this.#options.observer?.refusedByLoad?.();
      reject(new LedgerOverloaded(reason));
    }
  }

  #startBatches(): void {
    while (this.#batches.mayStart(this.pending)) {
      const { entries, abandoned } = this.#pending.takeBatch((entry) => !this.#subjects.have(entry));
      if (abandoned.length > 0) this.#giveUp(abandoned);
      if (entries.length + abandoned.length === 0) return;
      if (entries.length === 0) continue;
      for (const entry of entries) this.#subjects.add(entry);
      this.#batches.start(() => this.#run(entries));
    }
  }

  /** A caller that has gone costs nothing more. One that gave a key may come again with it. */
  #giveUp(abandoned: readonly Waiting[]): void {
    for (const { reject } of abandoned) reject(new CallerGone('the caller has gone'));
    this.#options.observer?.callersGone?.(abandoned.length);
  }

  async #run(entries: readonly Waiting[]): Promise<void> {
    const { observer = {} } = this.#options;
    const started = performance.now();
    await runBatch<Waiting>(this.#database, entries, {
      fence: this.#options.fence,
      locks: this.#locks,
      waitingSince: Math.min(...entries.map(({ since }) => since)),
      keepPlace: () => this.#batches.keepPlace(),
      onCommitted: (batch) => this.#answer(batch),
      onFailed: (failed, error) => this.#refuse(failed, error),
      onBlocked: (blocked) => this.#setAside(blocked),
      observer,
    });
    observer.batch?.({
      commands: entries.length,
      lines: entries.reduce((lines, { weight }) => lines + weight, 0),
      waitedMs: started - (entries[0]?.since ?? started),
      tookMs: performance.now() - started,
    });
  }

  #answer(batch: CommittedBatch<Waiting>): void {
    this.#options.observer?.committed?.(batch);
    for (const [index, entry] of batch.entries.entries()) {
      this.#subjects.remove(entry);
      entry.resolve(batch.written.answers[index] as Answer);
    }
    this.#options.onCommitted?.(effectsOf(batch.written));
  }

  #refuse(entries: readonly Waiting[], error: Error): void {
    if (entries.length === 0) return;
    this.#options.observer?.failed?.({ commands: entries.length, error });
    for (const entry of entries) {
      this.#subjects.remove(entry);
      entry.reject(error);
    }
  }

  #setAside(blocked: ReadonlyMap<Waiting, readonly string[]>): void {
    const rows = new Set<string>();
    const refused: Waiting[] = [];
    for (const [entry, needed] of blocked) {
      if (!entry.waitsForLocks || !this.#blocked.add(entry, needed)) refused.push(entry);
      for (const row of needed) rows.add(row);
    }
    this.#options.observer?.blocked?.({ commands: blocked.size - refused.length, rows: [...rows] });
    this.#refuse(refused, new RowsLocked(`another session keeps ${[...rows].join(', ')} locked`));
    this.#returnUnblocked(); // the rows may have become free meanwhile
  }

  /** Returns commands whose rows are free to the pending list, and refuses those that are late. */
  #returnUnblocked(): void {
    if (this.blocked === 0) return;
    const { free, late, abandoned } = this.#blocked.take(this.#locks, performance.now(), this.#closed);
    this.#refuse(late, new RowsLocked('another session keeps rows locked that the command needs'));
    for (const entry of [...free, ...abandoned]) this.#subjects.remove(entry);
    if (abandoned.length > 0) this.#giveUp(abandoned);
    this.#pending.putBack(free);
    this.#startBatches();
    this.#sweepLater();
  }
}
