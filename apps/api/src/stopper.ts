import { once } from 'node:events';
import type { Server } from 'node:http';
import { closeAll, type RunningProcess } from '@holdfast/runtime';
import type { ApiContext } from './context.ts';

const IDLE_SWEEP_MS = 50;

/**
 * Stops a listening server without a failed request: first `/readyz` falls, and each answer is the last on
 * its connection; then no new requests, those under way end, and all is closed.
 */
export function stopper(
  { config, log, opened, stopping }: ApiContext,
  server: Server,
): Pick<RunningProcess, 'drain' | 'stop'> {
  // A client would keep its connection for ever, and not look for another server.
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
