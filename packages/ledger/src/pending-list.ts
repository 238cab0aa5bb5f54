import type { Trace } from '@holdfast/domain';
import { nameOf } from '@holdfast/idempotency';
import { keysOf, type Entry } from './batch/entry.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** Says whether a caller still waits for an answer, such as an `AbortSignal`. */
export interface Caller {
  readonly aborted: boolean;
  /** The request by which it asks. Callers in this process have none. */
  readonly trace?: Trace;
}

/** A command that waits for its batch. */
export interface Waiting extends Entry {
  readonly since: number;
  /** More than one where calls with the same key have joined. */
  readonly callers: readonly Caller[];
  /** Whether it may wait for locked rows, or is refused at once. */
  readonly waitsForLocks: boolean;
}

/** Commands that were taken: to be decided, or given up because all callers have disconnected. */
interface Taken {
  readonly entries: readonly Waiting[];
  readonly abandoned: readonly Waiting[];
}

/** Commands that wait, in order of arrival, bounded by their lines. */
export class PendingList {
  #waiting: Waiting[] = [];
  #lines = 0;

  get commands(): number {
    return this.#waiting.length;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Then the ledger refuses new commands with `LedgerOverloaded`, which HTTP answers 503 `overloaded`. */
  get isFull(): boolean {
    return this.#lines >= LEDGER_LIMITS.pendingLinesMax;
  }

  add(entry: Waiting): void {
    this.#waiting.push(entry);
    this.#lines += entry.weight;
  }

  /** Puts taken commands back, ahead of all others. */
  putBack(entries: readonly Waiting[]): void {
    this.#waiting.unshift(...entries.toSorted((a, b) => a.since - b.since));
    for (const { weight } of entries) this.#lines += weight;
  }

  /** Takes commands that have waited longer than this. They may be behind newer ones that were put back. */
  takeLate(waitedMs: number): readonly Waiting[] {
    const lateSince = performance.now() - waitedMs;
    const late = this.#waiting.filter(({ since }) => since <= lateSince);
    if (late.length > 0) this.#waiting = this.#waiting.filter(({ since }) => since > lateSince);
    for (const { weight } of late) this.#lines -= weight;
    return late;
  }

  /**
   * Takes the oldest commands, as many as fit into a batch; always at least one, unless none may be taken.
   *
   * @param mayTake false for commands that have to stay on the list
   */
  takeBatch(mayTake: (entry: Waiting) => boolean = () => true): Taken {
    const taken = this.#fitting(mayTake);
    this.#remove(taken);
    const abandoned = taken.filter(isAbandoned);
    return abandoned.length === 0
      ? { entries: taken, abandoned }
      : { entries: taken.filter((entry) => !isAbandoned(entry)), abandoned };
  }

  #remove(taken: readonly Waiting[]): void {
    for (const { weight } of taken) this.#lines -= weight;
    if (taken.every((entry, index) => entry === this.#waiting[index])) {
      this.#waiting.splice(0, taken.length);
      return;
    }
    const gone = new Set(taken);
    this.#waiting = this.#waiting.filter((entry) => !gone.has(entry));
  }

  /**
   * Commands that fit by their lines. Commands whose parts share a key must not be in one batch; and a
   * command that needs a batch of its own is not decided with others.
   */
  #fitting(mayTake: (entry: Waiting) => boolean): Waiting[] {
    let lines = 0;
    const fitting: Waiting[] = [];
    const names = new Set<string>();
    for (const entry of this.#waiting) {
      if (!mayTake(entry)) continue;
      lines += entry.weight;
      if (fitting.length > 0 && lines > LEDGER_LIMITS.linesPerBatchMax) break;
      if (entry.module.needsOwnBatch) return fitting.length > 0 ? fitting : [entry];
      if (entry.module.parts) {
        const own = keysOf(entry).map(nameOf);
        if (own.some((name) => names.has(name))) break; // the next batch will know what these came to
        for (const name of own) names.add(name);
      }
      fitting.push(entry);
    }
    return fitting;
  }
}

export function isAbandoned({ callers }: Waiting): boolean {
  return callers.every(({ aborted }) => aborted);
}

/** The subjects of commands, each with the number of commands. */
export class Subjects {
  readonly #counts = new Map<string, number>();

  /** Whether an added command has a subject in common with this one. */
  have({ subjects }: Entry): boolean {
    return subjects.some((subject) => this.#counts.has(subject));
  }

  add(entry: Entry): void {
    this.#count(entry, 1);
  }

  remove(entry: Entry): void {
    this.#count(entry, -1);
  }

  #count({ subjects }: Entry, difference: 1 | -1): void {
    for (const subject of subjects) {
      const count = (this.#counts.get(subject) ?? 0) + difference;
      if (count > 0) this.#counts.set(subject, count);
      else this.#counts.delete(subject);
    }
  }
}
