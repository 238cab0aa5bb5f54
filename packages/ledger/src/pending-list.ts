import { keysOf, linesOf, type Entry } from './batch/entry.ts';
import { nameOf } from './batch/replay.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** Tells whether somebody still waits for an answer; an `AbortSignal` will do. */
export interface Caller {
  readonly aborted: boolean;
}

/** A command that waits for its batch. */
export interface Waiting extends Entry {
  readonly since: number;
  /** More than one where calls with the same key have joined. */
  readonly callers: readonly Caller[];
}

/** What has been taken from the list: to be decided, or given up because every caller has gone. */
interface Taken {
  readonly entries: readonly Waiting[];
  readonly abandoned: readonly Waiting[];
}

/** Commands that wait, in order of arrival, bounded by their lines. */
export class PendingList {
  readonly #waiting: Waiting[] = [];
  #lines = 0;

  get commands(): number {
    return this.#waiting.length;
  }

  get lines(): number {
    return this.#lines;
  }

  get isFull(): boolean {
    return this.#lines >= LEDGER_LIMITS.pendingLinesMax;
  }

  add(entry: Waiting): void {
    this.#waiting.push(entry);
    this.#lines += linesOf(entry.command);
  }

  /** Takes the oldest commands, as many as fit into a batch; always at least one. */
  takeBatch(): Taken {
    const taken = this.#waiting.splice(0, this.#fitting());
    for (const { command } of taken) this.#lines -= linesOf(command);
    const abandoned = taken.filter(isAbandoned);
    return abandoned.length === 0
      ? { entries: taken, abandoned }
      : { entries: taken.filter((entry) => !isAbandoned(entry)), abandoned };
  }

  /**
   * How many fit by their lines. Batches of creates that share a key must not meet in one; and a repair is a batch by
   * itself: its transaction takes longer, and may do what no other may.
   */
  #fitting(): number {
    let lines = 0;
    let count = 0;
    const names = new Set<string>();
    for (const entry of this.#waiting) {
      lines += linesOf(entry.command);
      if (count > 0 && lines > LEDGER_LIMITS.linesPerBatchMax) break;
      if (entry.command.kind === 'repair-stock') return Math.max(1, count);
      if (entry.command.kind === 'reserve-batch') {
        const own = keysOf(entry).map(nameOf);
        if (own.some((name) => names.has(name))) break; // the next batch will know what these came to
        for (const name of own) names.add(name);
      }
      count += 1;
    }
    return count;
  }
}

function isAbandoned({ callers }: Waiting): boolean {
  return callers.every(({ aborted }) => aborted);
}
