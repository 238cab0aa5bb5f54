import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { z } from 'zod';

/** What a consumer knows of an event. */
export const toldEvent = z.looseObject({
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
export type ToldEvent = z.infer<typeof toldEvent>;

const page = z.object({ data: z.array(toldEvent), next_cursor: z.string() });

/** Follows the feed from its beginning, and waits at its end. */
export function followFeed(baseUrl: string) {
  const seen: ToldEvent[] = [];
  const leaving = new AbortController();
  async function follow(): Promise<void> {
    for (let query = ''; !leaving.signal.aborted;) {
      const answer = await fetch(`${baseUrl}/v1/events?limit=200&wait_seconds=5${query}`, {
        signal: leaving.signal,
      });
      const { data, next_cursor } = page.parse(await answer.json());
      seen.push(...data);
      query = `&after=${next_cursor}`;
    }
  }
  const following = follow().catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });
  return {
    seen: seen as readonly ToldEvent[],
    async leave(): Promise<void> {
      leaving.abort();
      await following;
    },
  };
}

/** A webhook endpoint that takes what comes, and remembers it in the order in which it came. */
export async function openReceiver() {
  const received: { id: string; text: string }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ id: String(request.headers['webhook-id']), text: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
    request.on('error', () => {}); // its sender was killed
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received: received as readonly { readonly id: string; readonly text: string }[],
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The stream of events in Redis. */
export function openStream(redisUrl: string) {
  const redis = new Redis(redisUrl);
  redis.on('error', () => {}); // whoever asks is told
  return {
    length: () => redis.xlen('holdfast:events'),
    /** All that stands in it, in its order. */
    async read(): Promise<ToldEvent[]> {
      const entries = await redis.xrange('holdfast:events', '-', '+');
      return entries.map(([, fields]) => toldEvent.parse(JSON.parse(fields[5] ?? '')));
    },
    close: () => redis.disconnect(),
  };
}
