import { backoffMs, wait } from './backoff.ts';
import type { Query } from './calls.ts';
import type { EventFeed } from './generated/openapi.ts';
import { HoldfastError, isHoldfastError } from './holdfast-error.ts';
import { readMessages } from './server-sent-events.ts';
import type { Transport } from './transport.ts';

/** An event of the feed, or of a webhook. `type` says what its `data` is. */
export type HoldfastEvent = EventFeed['data'][number];

/** Where a consumer stores its position, such as its own database. */
export interface CursorStore {
  /** The cursor that was saved last; null or undefined at the first start. */
  load(): string | null | undefined | Promise<string | null | undefined>;
  save(cursor: string): unknown;
}

export interface FollowOptions extends Pick<Query<'listEvents'>, 'sku' | 'reservation_id' | 'order_id'> {
  readonly types?: readonly HoldfastEvent['type'][] | undefined;
  readonly cursorStore: CursorStore;
  /** Where to begin while no cursor is stored: at the oldest event that is kept, or now. Default: `now`. */
  readonly from?: 'start' | 'now' | undefined;
  /** Ends the loop. */
  readonly signal?: AbortSignal | undefined;
  /** How often the cursor is saved at most. After a crash, events of this time come again. Default: 1,000. */
  readonly saveEveryMs?: number | undefined;
  /** The loop throws when the service is away for longer. Default: 3,600,000, an hour. */
  readonly outageMaxMs?: number | undefined;
}

/**
 * A step of the feed. Undefined cursor: within the same page. Undefined event: the feed has come that far.
 */
interface Step {
  readonly cursor: string | undefined;
  readonly event: HoldfastEvent | undefined;
}

export const FOLLOW_LIMITS = {
  backoff: { firstMs: 500, maxMs: 30_000 },
  /** A stream has a line every 15 seconds. */
  silenceMaxMs: 45_000,
  pollWaitSeconds: 20,
  pollPage: 100,
  /** How long it polls before it tries the stream again. */
  pollForMs: 300_000,
};

/**
 * Events, oldest first, each at least once. An event counts as handled when the loop asks for the next one:
 * then its cursor is saved.
 *
 * @throws {HoldfastError} that no repetition helps against, or when the service is away for too long
 */
export async function* followEvents(
  transport: Transport,
  {
    cursorStore,
    from = 'now',
    signal,
    saveEveryMs = 1_000,
    outageMaxMs = 3_600_000,
    ...filter
  }: FollowOptions,
  limits = FOLLOW_LIMITS,
): AsyncGenerator<HoldfastEvent, void> {
  let saved = (await cursorStore.load()) ?? undefined;
  let handled = saved;
  let savedAt = -Infinity;
  const save = async () => {
    if (handled === undefined || handled === saved) return;
    await cursorStore.save(handled);
    saved = handled;
    savedAt = performance.now();
  };
  const feed = new Feed(transport, filter, { from, signal, outageMaxMs, limits });
  try {
    for await (const { event, cursor } of feed.steps(handled)) {
      if (event) yield event;
      handled = cursor ?? handled;
      if (performance.now() - savedAt >= saveEveryMs) await save();
    }
  } finally {
    await save();
  }
}

interface FeedSettings {
  readonly from: 'start' | 'now';
  readonly signal: AbortSignal | undefined;
  readonly outageMaxMs: number;
  readonly limits: typeof FOLLOW_LIMITS;
}

class Feed {
  readonly #transport: Transport;
  readonly #filter: object;
  readonly #settings: FeedSettings;
  #cursor: string | undefined;

  constructor(transport: Transport, filter: object, settings: FeedSettings) {
    this.#transport = transport;
    this.#filter = filter;
    this.#settings = settings;
  }

  /** By the stream; when it does not even begin, by the long poll for a while. */
  async *steps(cursor: string | undefined): AsyncGenerator<Step> {
    const { signal, from, outageMaxMs, limits } = this.#settings;
    this.#cursor = cursor;
    let isStream = cursor !== undefined || from === 'now';
    let heardAt = performance.now();
    for (let failures = 0; ; failures++) {
      if (signal?.aborted) return;
      let pauseMs = backoffMs(limits.backoff, failures);
      const openedAt = heardAt;
      try {
        for await (const step of isStream ? this.#stream() : this.#poll()) {
          yield step;
          this.#cursor = step.cursor ?? this.#cursor;
          heardAt = performance.now(); // also after an event that took long to handle
          failures = 0;
        }
        isStream = true;
      } catch (error) {
        if (signal?.aborted) return;
        if (isFinal(error) || performance.now() - heardAt > outageMaxMs) throw error;
        const wasStream = isStream;
        // Only the stream says where "now" is, and only the poll where the start is.
        if (this.#cursor === undefined) isStream = from === 'now';
        else isStream = wasStream ? heardAt > openedAt : true;
        if (!wasStream || isStream) pauseMs = Math.max(pauseMs, askedPauseMs(error, limits.backoff.maxMs));
      }
      await wait(pauseMs, signal).catch(() => {}); // aborted: the loop ends
    }
  }

  async *#stream(): AsyncGenerator<Step> {
    const { signal, limits } = this.#settings;
    const ended = new AbortController();
    const end = () => ended.abort(signal?.reason);
    signal?.addEventListener('abort', end, { once: true });
    try {
      const stream = await this.#transport.open(
        this.#transport.reading('/v1/events/stream', { ...this.#filter, after: this.#cursor }),
        { signal: ended.signal },
      );
      for await (const { id, data } of readMessages(stream, limits.silenceMaxMs)) {
        if (id !== '') yield { cursor: id, event: data === '' ? undefined : JSON.parse(data) };
      }
    } finally {
      signal?.removeEventListener('abort', end);
      end();
    }
  }

  /** Without a cursor, the first event only: a stream has a cursor for each event, a page one for all. */
  async *#poll(): AsyncGenerator<Step> {
    const { signal, limits } = this.#settings;
    const { pollWaitSeconds, pollPage, pollForMs } = limits;
    const isFirst = this.#cursor === undefined;
    const asked = isFirst ? { limit: 1 } : { limit: pollPage, wait_seconds: pollWaitSeconds };
    const until = performance.now() + (isFirst ? 0 : pollForMs);
    do {
      const query = { ...this.#filter, after: this.#cursor, ...asked };
      const page = (await this.#transport.send(this.#transport.reading('/v1/events', query), {
        signal,
        timeoutMs: (pollWaitSeconds + 10) * 1_000,
        retriesMax: 0,
      })) as EventFeed;
      for (const event of page.data.slice(0, -1)) yield { cursor: undefined, event };
      yield { cursor: page.next_cursor, event: page.data.at(-1) };
    } while (performance.now() < until);
  }
}

const askedPauseMs = (error: unknown, maxMs: number): number =>
  error instanceof HoldfastError ? Math.min(maxMs, (error.retryAfterSeconds ?? 0) * 1_000) : 0;

/** Refusals that come again: a wrong filter, a key without the scope, a cursor of another database. */
const isFinal = (error: unknown): boolean =>
  isHoldfastError(error, 'validation_failed', 'unauthorized', 'forbidden');
