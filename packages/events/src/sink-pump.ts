import type { Sink } from './event-sink.ts';
import type { StoredEvent } from './event-feed-store.ts';

export interface EventStore {
  /** The next events behind a position, and how far it looked for them: those in between are purged. */
  readNext(
    after: number,
    limit: number,
  ): Promise<{ readonly events: readonly StoredEvent[]; readonly lookedTo: number }>;
}

export interface PumpOptions {
  /** Ends the run after the events that are in hand. */
  readonly stopping: AbortSignal;
  /** After this time it ends and asks for another run, so that others get their turn. */
  readonly stretchMs: number;
  /** Called with events that the sink has taken. */
  readonly onPublished?: (events: readonly StoredEvent[]) => void;
}

export interface PumpEnd {
  /** Whether the sink had all that there was. False: run it again. */
  readonly isDone: boolean;
  /** Milliseconds until the sink has to run again; null: only when there are new events. */
  readonly askAgainMs: number | null;
}

/**
 * Gives a sink all events that it does not have, in their order, batch by batch. After each batch the sink
 * retries events that it could not deliver. Only the sink knows which events it has: another run may add
 * some.
 *
 * @throws errors of the sink or the store; events that were published before stay published
 */
export async function pump(sink: Sink, store: EventStore, options: PumpOptions): Promise<PumpEnd> {
  const endsAt = performance.now() + options.stretchMs;
  for (;;) {
    const hasMore = await publishNext(sink, store, options);
    const askAgainMs = (await sink.tryAgain?.(options.stopping)) ?? null;
    if (!hasMore) return { isDone: true, askAgainMs };
    if (options.stopping.aborted || performance.now() >= endsAt) return { isDone: false, askAgainMs };
  }
}

/** Whether the sink took something, and there may be more. */
async function publishNext(sink: Sink, store: EventStore, options: PumpOptions): Promise<boolean> {
  const progress = await sink.readProgress();
  if (progress === null) return false;
  const events = await readBehind(progress, store, sink.batchMax);
  if (events.length === 0) return false;
  await sink.publish(events, options.stopping);
  const progressNow = await sink.readProgress();
  if (progressNow === null || progressNow <= progress) return false;
  options.onPublished?.(events.filter(({ position }) => position <= progressNow));
  return true;
}

async function readBehind(
  progress: number,
  store: EventStore,
  limit: number,
): Promise<readonly StoredEvent[]> {
  for (let after = progress; ;) {
    const { events, lookedTo } = await store.readNext(after, limit);
    if (events.length > 0 || lookedTo <= after) return events;
    after = lookedTo;
  }
}
