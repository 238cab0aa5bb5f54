import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@holdfast/db';
import { closeHotPath } from './closing-store.ts';
import { HOT_PATH_LIMITS } from './limits.ts';

/**
 * For a process that has to commit a change and cannot mark it in Redis, while other processes may reach
 * Redis. It closes the hot path of all processes by a row in PostgreSQL, and waits once until their earlier
 * reads are too old to be used for answers. While the row is set, no SKU is written to Redis, so later
 * commits of this process need not wait.
 */
export class ClosedHotPath {
  readonly #database: Database;
  readonly #onClosed: () => void;
  #closing: Promise<void> | undefined;
  /** By the database's clock, epoch milliseconds. */
  #closedUntil = 0;

  /** @param onClosed called when it begins to be closed by this process */
  constructor(database: Database, onClosed: () => void) {
    this.#database = database;
    this.#onClosed = onClosed;
  }

  /**
   * Resolves when nothing is answered from Redis that was read before, for `closedMinMs` at least.
   *
   * @throws when the database does not take it: the change must not be committed
   */
  async close(): Promise<void> {
    if (this.#closedUntil - Date.now() > HOT_PATH_LIMITS.closedMinMs) return;
    this.#closing ??= this.#close().finally(() => {
      this.#closing = undefined;
    });
    await this.#closing;
  }

  async #close(): Promise<void> {
    const { lifeMs, clockErrorMs, closedMs } = HOT_PATH_LIMITS;
    const { since, until, now } = await closeHotPath(this.#database, closedMs);
    if (this.#closedUntil < now) this.#onClosed();
    const toWaitMs = since + lifeMs + clockErrorMs - now;
    if (toWaitMs > 0) await pause(toWaitMs);
    this.#closedUntil = until;
  }
}
