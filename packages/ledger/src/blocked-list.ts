import type { KnownLocks } from './known-locks.ts';
import { LEDGER_LIMITS } from './limits.ts';
import { isAbandoned, type Waiting } from './pending-list.ts';

/** Commands that were taken from the list, in order of arrival. */
interface Taken {
  /** None of their rows is locked any more. */
  readonly free: readonly Waiting[];
  /** They have waited for `blockedTimeMaxMs`. */
  readonly late: readonly Waiting[];
  /** All their callers have disconnected. */
  readonly abandoned: readonly Waiting[];
}

/** Commands that wait for locked rows, bounded by their lines and their time. */
export class BlockedList {
  #blocked: { readonly entry: Waiting; readonly rows: readonly string[] }[] = [];
  #lines = 0;

  get commands(): number {
    return this.#blocked.length;
  }

  /** @returns false if the list is full, or the command has waited too long */
  add(entry: Waiting, rows: readonly string[]): boolean {
    if (this.#lines >= LEDGER_LIMITS.blockedLinesMax || isLate(entry, performance.now())) return false;
    this.#blocked.push({ entry, rows });
    this.#lines += entry.weight;
    return true;
  }

  /** @param noMore treats all that are still blocked as late */
  take(locks: Pick<KnownLocks, 'has'>, now: number, noMore: boolean): Taken {
    const free: Waiting[] = [];
    const late: Waiting[] = [];
    const abandoned: Waiting[] = [];
    this.#blocked = this.#blocked.filter(({ entry, rows }) => {
      const goesTo = isAbandoned(entry)
        ? abandoned
        : rows.every((row) => !locks.has(row))
          ? free
          : noMore || isLate(entry, now)
            ? late
            : null;
      goesTo?.push(entry);
      if (goesTo) this.#lines -= entry.weight;
      return goesTo === null;
    });
    return { free, late, abandoned };
  }
}

const isLate = ({ since }: Waiting, now: number): boolean => now - since >= LEDGER_LIMITS.blockedTimeMaxMs;
