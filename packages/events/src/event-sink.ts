import type { StoredEvent } from './event-feed-store.ts';

/**
 * A destination of events with its own progress, so a slow one delays no other. It may get an event twice.
 */
export interface Sink {
  /** Stands in jobs, logs and metrics. */
  readonly name: string;
  /** Most events that it wants at once. */
  readonly batchMax: number;
  /** The position of the last event that it has. Null: it takes no events for now. */
  readProgress(): Promise<number | null>;
  /** Takes the next events, in their order: all of them or the first ones, as the returned progress says. */
  publish(events: readonly StoredEvent[], stopping: AbortSignal): Promise<void>;
  /** Retries due events. Resolves to the ms until the next retry; null: there is none. */
  tryAgain?(stopping: AbortSignal): Promise<number | null>;
}
