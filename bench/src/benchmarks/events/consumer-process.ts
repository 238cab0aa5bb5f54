/** The process of a consumer: follows the feed when it is told to, takes the calls of webhooks, and keeps account of events. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { serveBench } from '../../bench-process.ts';
import { ReceivedEvents, type ConsumerMessage } from './received-events.ts';

const PAGE = 200;
const WAIT_SECONDS = 10;

const event = z.object({ id: z.string(), time: z.string() });
const feedPage = z.object({ data: z.array(event), next_cursor: z.string() });

const events = new ReceivedEvents();
let after = '';
let following = new AbortController();

/** Reads the feed as fast as it is answered, one page after the other, on from where it was. */
async function follow(apiUrl: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const path = `/v1/events?limit=${PAGE}&wait_seconds=${WAIT_SECONDS}${after}`;
    const answer = await (await fetch(new URL(path, apiUrl), { signal })).json();
    const { data, next_cursor: cursor } = feedPage.parse(answer);
    const now = Date.now();
    for (const each of data) events.add(each, now);
    after = `&after=${encodeURIComponent(cursor)}`;
  }
}

function startFollowing(apiUrl: string): void {
  following = new AbortController();
  const { signal } = following;
  follow(apiUrl, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error; // it ends the process
  });
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  events.add(event.parse(JSON.parse(await text(request))), Date.now());
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  // A caller that has gone sends it again.
  receive(request, response).catch(() => response.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  serveBench(`http://127.0.0.1:${address.port}/`, (message: ConsumerMessage): unknown => {
    switch (message.kind) {
      case 'count':
        return events.count;
      case 'take':
        return events.take();
      case 'follow':
        following.abort();
        return message.url === null ? undefined : startFollowing(message.url);
      default:
        return message satisfies never;
    }
  });
});
