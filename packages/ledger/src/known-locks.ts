import type { SqlRunner } from '@holdfast/db';
import { lookForLocks, nameOfRow, stillLocked, type LockedRow } from './batch/locked-rows.ts';
import { LEDGER_LIMITS } from './limits.ts';

/**
 * The rows that transactions outside the ledger keep locked, as far as batches have found them. They are
 * checked every `lockedRowsLookMs`. A row counts as free when it is not locked, or is locked by a different
 * transaction, which may be an ordinary batch.
 */
export class KnownLocks {
  readonly #db: SqlRunner;
  readonly #onLooked: () => void;
  readonly #rows = new Map<string, LockedRow>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onLooked called after each check */
  constructor(db: SqlRunner, onLooked: () => void) {
    this.#db = db;
    this.#onLooked = onLooked;
  }

  get rows(): readonly LockedRow[] {
    return [...this.#rows.values()];
  }

  get size(): number {
    return this.#rows.size;
  }

  /** @param name made by `nameOfRow` */
  has(name: string): boolean {
    return this.#rows.has(name);
  }

  add(rows: readonly LockedRow[]): void {
    for (const row of rows) {
      if (this.#rows.size >= LEDGER_LIMITS.lockedRowsMax) break;
      this.#rows.set(nameOfRow(row), row);
    }
    this.#lookLater();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#rows.clear();
  }

  #lookLater(): void {
    if (this.#rows.size === 0) return;
    this.#timer ??= setTimeout(() => void this.#look(), LEDGER_LIMITS.lockedRowsLookMs);
  }

  async #look(): Promise<void> {
    const before = this.rows;
    try {
      const locked = new Set(stillLocked(before, await lookForLocks(this.#db, before)));
      for (const row of before) if (!locked.has(row)) this.#rows.delete(nameOfRow(row));
    } catch {
      // The database is away, or the whole table is locked. The waiting commands have a time limit.
    }
    this.#timer = undefined;
    this.#onLooked();
    this.#lookLater();
  }
}
