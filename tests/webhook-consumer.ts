import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

const told = z.object({ id: z.string(), subject: z.string(), time: z.string() });

/** An event that a consumer has answered with 2xx. */
interface Accepted extends z.infer<typeof told> {
  /** From the decision to the arrival; one machine, one clock. */
  readonly afterMs: number;
}

/** How a consumer answers: with which status, after how long. */
export type Mood = () => { readonly status: number; readonly afterMs: number };

export const well: Mood = () => ({ status: 204, afterMs: 0 });

/** A consumer of events as others have one: sometimes well, sometimes not, sometimes not there. */
export async function openWebhookConsumer() {
  const accepted: Accepted[] = [];
  let mood = well;
  const take = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const arrivedAt = Date.now();
      const event = told.parse(JSON.parse(Buffer.concat(chunks).toString()));
      const { status, afterMs } = mood();
      setTimeout(() => {
        if (status < 300) accepted.push({ ...event, afterMs: arrivedAt - Date.parse(event.time) });
        response.writeHead(status).end();
      }, afterMs);
    });
    request.on('error', () => {}); // its sender has given up
  };
  let server = createServer();
  const listen = async (port: number) => {
    server = createServer(take).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    accepted: accepted as readonly Accepted[],
    becomes(next: Mood): void {
      mood = next;
    },
    /** Nobody listens there any more. */
    goDown: close,
    comeUp: async (): Promise<void> => void (await listen(port)),
    close,
    /** Of each subject, the ids in the order in which they were accepted first. */
    orders(): Readonly<Record<string, readonly string[]>> {
      const orders: Record<string, string[]> = {};
      for (const { id, subject } of accepted) {
        const known = (orders[subject] ??= []);
        if (!known.includes(id)) known.push(id);
      }
      return orders;
    },
  };
}

export type WebhookConsumer = Awaited<ReturnType<typeof openWebhookConsumer>>;
