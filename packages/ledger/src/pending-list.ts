import type { Trace } from '@holdfast/domain';
import { nameOf } from '@holdfast/idempotency';
import { keysOf, type Entry } from './batch/entry.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** Says whether a caller still waits for an answer, such as an `AbortSignal`. */
export interface Caller {
  readonly aborted: boolean;
  /** The request by which it asks. Callers in this process have none. */
  readonly trace?: Trace;
  /** Those of one name share one place in line. Default: callers in this process. */
  readonly name?: string;
  /** Hears how many lines its command has, once that is accepted. */
  weighed?(lines: number): void;
}

/** A command that waits for its batch. */
export interface Waiting extends Entry {
  readonly since: number;
  /** More than one where calls with the same key have joined. */
  readonly callers: readonly Caller[];
  /** Whether it may wait for locked rows, or is refused at once. */
  readonly waitsForLocks: boolean;
  /** Set by the list. */
  turn: number;
}

/** What one caller has on the list. */
interface Share {
  lines: number;
  /** The turn of its next command, if others do not come before. */
  nextTurn: number;
}

/** Commands that were taken: to be decided, or given up because all callers have disconnected. */
interface Taken {
  readonly entries: readonly Waiting[];
  readonly abandoned: readonly Waiting[];
}

/**
 * Commands that wait, bounded by their lines. Callers are served in turn by lines (start-time fair queueing):
 * a command's turn is the end of its caller's command before, but not before what is being served. So each
 * caller that waits gets the same number of lines, whatever others send, and of one caller the order of
 * arrival is kept. With one caller the list is a queue.
 */
export class PendingList {
  /** By turn. What was put back is ahead of all others, and its turn has come before. */
  #waiting: Waiting[] = [];
  #lines = 0;
  readonly #shares = new Map<string, Share>();
  /** Of the newest command that was taken. */
  #turn = 0;

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
    const share = this.#count(entry, 1);
    entry.turn = Math.max(share.nextTurn, this.#turn);
    share.nextTurn = entry.turn + entry.weight;
    const last = this.#waiting.at(-1);
    if (!last || last.turn <= entry.turn) this.#waiting.push(entry);
    else this.#waiting.splice(this.#placeOf(entry.turn), 0, entry);
  }

  /**
   * Takes commands off a full list for a caller that has fewer lines on it than another: the newest of the
   * one that has most. None: this caller has most itself.
   */
  makeRoomFor(caller: Caller | undefined): readonly Waiting[] {
    const own = this.#shares.get(nameOfCaller(caller))?.lines ?? 0;
    const [largest, { lines }] = [...this.#shares].reduce((a, b) => (b[1].lines > a[1].lines ? b : a));
    const out: Waiting[] = [];
    let freed = 0;
    for (const entry of this.#waiting.toReversed()) {
      if (lines - freed <= own || this.#lines - freed < LEDGER_LIMITS.pendingLinesMax) break;
      if (nameOfCaller(entry.callers[0]) !== largest) continue;
      out.push(entry);
      freed += entry.weight;
    }
    this.#remove(out);
    return out;
  }

  /** Puts taken commands back, ahead of all others. */
  putBack(entries: readonly Waiting[]): void {
    this.#waiting.unshift(...entries.toSorted((a, b) => a.since - b.since));
    for (const entry of entries) this.#count(entry, 1);
  }

  /** Takes commands that have waited longer than this. They may be behind newer ones that were put back. */
  takeLate(waitedMs: number): readonly Waiting[] {
    const lateSince = performance.now() - waitedMs;
    const late = this.#waiting.filter(({ since }) => since <= lateSince);
    if (late.length > 0) this.#waiting = this.#waiting.filter(({ since }) => since > lateSince);
    for (const entry of late) this.#count(entry, -1);
    return late;
  }

  /**
   * Takes the commands whose turn is next, as many as fit into a batch: at least one, if it may be taken.
   *
   * @param mayTake false for commands that have to stay on the list
   */
  takeBatch(mayTake: (entry: Waiting) => boolean = () => true): Taken {
    const taken = this.#fitting(mayTake);
    for (const { turn } of taken) this.#turn = Math.max(this.#turn, turn);
    this.#remove(taken);
    const abandoned = taken.filter(isAbandoned);
    return abandoned.length === 0
      ? { entries: taken, abandoned }
      : { entries: taken.filter((entry) => !isAbandoned(entry)), abandoned };
  }

  #count(entry: Waiting, difference: 1 | -1): Share {
    const name = nameOfCaller(entry.callers[0]);
    const share = this.#shares.get(name) ?? { lines: 0, nextTurn: 0 };
    share.lines += difference * entry.weight;
    this.#lines += difference * entry.weight;
    if (difference > 0) this.#shares.set(name, share);
    else if (this.#lines === 0) this.#shares.clear(); // nothing is owed to anyone any more
    return share;
  }

  /** Behind all that have the same turn. */
  #placeOf(turn: number): number {
    let [from, to] = [0, this.#waiting.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#waiting[middle]?.turn ?? 0) <= turn) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #remove(taken: readonly Waiting[]): void {
    for (const entry of taken) this.#count(entry, -1);
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

const nameOfCaller = (caller: Caller | undefined): string => caller?.name ?? '';

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
