import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Receiver = Awaited<ReturnType<typeof openReceiver>>;

type Answer = (...exchange: [...Parameters<RequestListener>, ReceivedRequest]) => unknown;

/**
 * A server that stores what it receives, such as a consumer of webhooks.
 *
 * @param answer gets each request when its body is complete; by default it answers 204
 */
export async function openReceiver(
  answer: Answer = (_request, response) => response.writeHead(204).end(),
  { host = '127.0.0.1', port = 0 } = {},
) {
  const connections: Socket[] = [];
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {}); // its sender has ended the connection
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const received = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      answer(request, response, received);
    });
  });
  server.on('connection', (socket) => void connections.push(socket));
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/hooks`,
    requests: requests as readonly ReceivedRequest[],
    /** Connections so far, whether or not anything was sent. */
    connections: connections as readonly Socket[],
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Of each subject, the ids of its events in the order in which each came first. */
export function firstArrivals(
  events: readonly { readonly id: string; readonly subject: string }[],
): Readonly<Record<string, readonly string[]>> {
  const arrivals: Record<string, string[]> = {};
  for (const { id, subject } of events) {
    const known = (arrivals[subject] ??= []);
    if (!known.includes(id)) known.push(id);
  }
  return arrivals;
}
