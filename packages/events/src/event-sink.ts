import type { StoredEvent } from './stored-event.ts';

/**
 * A destination of events. Each has its own progress, so that a slow one delays no other. It knows nothing of
 * the ledger, and must bear to be given the same events twice.
 */
export interface Sink {
  /** Stands in jobs, logs and metrics. */
  readonly name: string;
  /** Most events that it wants at once. */
  readonly batchMax: number;
  /** The position of the last event that it has. Null: it wants none for now. */
  readProgress(): Promise<number | null>;
  /**
   * Takes the next events, in their order: all, or the first of them. Its progress says which; the others
   * come again.
   */
  publish(events: readonly StoredEvent[], stopping: AbortSignal): Promise<void>;
  /**
   * For one that keeps what it could not hand on: tries again what is due.
   *
   * @returns in how many milliseconds it wants to be asked again; null: when there is something new
   */
  tryAgain?(stopping: AbortSignal): Promise<number | null>;
}
