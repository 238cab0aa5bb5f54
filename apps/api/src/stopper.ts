import { once } from 'node:events';
import type { Server } from 'node:http';
import { closeAll, type RunningProcess } from '@holdfast/runtime';
import type { ApiContext } from './context.ts';

const IDLE_SWEEP_MS = 50;

/**
 * Stops a listening server without a failed request. First `/readyz` answers 503, and each answer closes its
 * connection. Then no new requests are accepted, requests under way end, and all parts are closed.
 */
export function stopper(
  { config, log, opened, stopping }: ApiContext,
  server: Server,
): Pick<RunningProcess, 'drain' | 'stop'> {
  // Otherwise a client would keep its connection for ever, and not connect to another server.
  const sendAway = () =>
    server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  stopping.signal.addEventListener('abort', sendAway, { once: true });
  return {
    drain: { ms: config.drainSeconds * 1_000, begin: () => stopping.abort() },
    stop() {
      stopping.abort();
      return closeAll([...opened, { name: 'http', close: () => closeServer(server) }], log);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  await closed;
  clearInterval(sweep);
}
