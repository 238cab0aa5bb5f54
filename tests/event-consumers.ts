import { setTimeout as pause } from 'node:timers/promises';
import { openReceiver } from '@holdfast/testing';
import { openRedis } from '@holdfast/runtime/redis';
import { z } from 'zod';

/** An event as consumers receive it. */
export const publishedEvent = z.looseObject({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  data: z.looseObject({
    reservation: z.looseObject({ id: z.string(), version: z.int() }).optional(),
    stock_changes: z
      .array(
        z.object({
          sku: z.string(),
          location: z.string(),
          on_hand: z.int(),
          reserved: z.int(),
          allocated: z.int(),
        }),
      )
      .optional(),
  }),
});
export type PublishedEvent = z.infer<typeof publishedEvent>;

const page = z.object({ data: z.array(publishedEvent), next_cursor: z.string() });

/** The pages of the feed, from its beginning. An empty page is its present end. */
async function* pagesOf(baseUrl: string, query: string, signal: AbortSignal | null = null) {
  for (let after = ''; ;) {
    const answer = await fetch(`${baseUrl}/v1/events?limit=200${query}${after}`, { signal });
    const { data, next_cursor } = page.parse(await answer.json());
    yield data;
    after = `&after=${next_cursor}`;
  }
}

/** Reads the whole feed, from its beginning to its end. */
export async function readFeed(baseUrl: string): Promise<readonly PublishedEvent[]> {
  const seen: PublishedEvent[] = [];
  for await (const data of pagesOf(baseUrl, '')) {
    if (data.length === 0) break;
    seen.push(...data);
  }
  return seen;
}

/** Follows the feed from its beginning, and waits at its end. */
export function followFeed(baseUrl: string) {
  const seen: PublishedEvent[] = [];
  const stopped = new AbortController();
  async function follow(): Promise<void> {
    for await (const data of pagesOf(baseUrl, '&wait_seconds=5', stopped.signal)) seen.push(...data);
  }
  const following = follow().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    seen: seen as readonly PublishedEvent[],
    async stop(): Promise<void> {
      stopped.abort();
      await following;
    },
  };
}

const envelope = z.object({ id: z.string(), subject: z.string(), time: z.string() });

/** An event that a consumer has answered with 2xx. */
interface Accepted extends z.infer<typeof envelope> {
  /** From the decision to the arrival; one machine, one clock. */
  readonly afterMs: number;
}

/** How a consumer answers: with which status, and after how long or when. */
type Behaviour = () => { readonly status: number; readonly after: number | Promise<unknown> };

export const acceptAll: Behaviour = () => ({ status: 204, after: 0 });

/** A consumer of webhooks that fails, is slow, or is not reachable, as the test says. */
export async function openWebhookConsumer() {
  const accepted: Accepted[] = [];
  let behaviour = acceptAll;
  const answer: Parameters<typeof openReceiver>[0] = async (_request, response, { body }) => {
    const arrivedAt = Date.now();
    const event = envelope.parse(JSON.parse(body));
    const { status, after } = behaviour();
    await (typeof after === 'number' ? pause(after) : after);
    if (status < 300) accepted.push({ ...event, afterMs: arrivedAt - Date.parse(event.time) });
    response.writeHead(status).end();
  };
  let receiver = await openReceiver(answer);
  const { url, port } = receiver;
  return {
    url,
    accepted: accepted as readonly Accepted[],
    behave(next: Behaviour): void {
      behaviour = next;
    },
    goDown: () => receiver.close(),
    async comeUp(): Promise<void> {
      receiver = await openReceiver(answer, { port });
    },
    close: () => receiver.close(),
  };
}

export type WebhookConsumer = Awaited<ReturnType<typeof openWebhookConsumer>>;

/** The stream of events in Redis. */
export function openStream(redisUrl: string) {
  const redis = openRedis({ redisUrl }, {});
  redis.on('error', () => {}); // calls are rejected with it
  return {
    length: () => redis.xlen('holdfast:events'),
    /** All its events, in order. */
    async read(): Promise<PublishedEvent[]> {
      const entries = await redis.xrange('holdfast:events', '-', '+');
      return entries.map(([, fields]) => publishedEvent.parse(JSON.parse(fields[5] ?? '')));
    },
    close: () => redis.disconnect(),
  };
}
