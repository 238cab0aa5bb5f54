/** The process of a webhook's receiver: takes every event, and says so at once. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { Hearing } from './hearing.ts';
import { listen } from './listen.ts';

const event = z.object({ id: z.string(), time: z.string() });

const hearing = new Hearing();

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  hearing.hear(event.parse(JSON.parse(await text(request))), Date.now());
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  // A caller that has gone sends it again.
  receive(request, response).catch(() => response.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  listen(hearing, { url: `http://127.0.0.1:${address.port}/` });
});
