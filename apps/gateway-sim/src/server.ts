import { HOLDS_PATH } from '@holdfast/warehouse/gateway-contract';
import { followRequests, foreignRequest, isLoopback, urlOf, type RunningProcess } from '@holdfast/runtime';
import express, { type Express, type RequestHandler } from 'express';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Context } from './context.ts';
import { answerProblems, Problem, refuseUnknownPath } from './problems.ts';
import { createHold } from './routes/create-hold.ts';
import { deleteRequests, getHealth, listRequests, putFaults } from './routes/sim-controls.ts';

/** Calls under way may end by themselves for so long when the process stops. */
const DRAIN_MS = 500;

function createApp(context: Context): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const follow = followRequests(context.log, ({ socket }) => socket.remoteAddress ?? '');
  app.use((request, response, next) => {
    follow(request, response);
    next();
  });
  app.use(guardSite(context.config.GATEWAY_SIM_HOST));
  app.post(HOLDS_PATH, createHold(context));
  app.use('/v1', cutWhenDown(context));
  app.get('/__sim/requests', listRequests(context));
  app.delete('/__sim/requests', deleteRequests(context));
  app.put('/__sim/faults', putFaults(context));
  app.get('/healthz', getHealth);
  app.get('/readyz', getHealth);
  app.use(refuseUnknownPath);
  app.use(answerProblems(context.log));
  return app;
}

/** Listens on `GATEWAY_SIM_HOST` and `GATEWAY_SIM_PORT` (0: any free port). @throws EADDRINUSE, EACCES */
export async function startServer(context: Context): Promise<RunningProcess> {
  const { GATEWAY_SIM_HOST, GATEWAY_SIM_PORT } = context.config;
  const server = createServer(createApp(context));
  server.listen(GATEWAY_SIM_PORT, GATEWAY_SIM_HOST);
  await once(server, 'listening');
  return { log: context.log, url: urlOf(server), stop: () => stopServer(server) };
}

/** Takes no more connections, lets calls under way end for a moment, then cuts what still hangs. */
async function stopServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(cut);
}

/** It asks for no key. On the network of a fleet it has names that it does not know. */
const guardSite =
  (listensOn: string): RequestHandler =>
  (request, _response, next) => {
    const reason = foreignRequest(request, isLoopback(listensOn) ? isLoopback : () => true);
    if (reason === null) next();
    else throw new Problem(403, 'forbidden', { detail: reason });
  };

const cutWhenDown =
  (context: Context): RequestHandler =>
  (request, _response, next) => {
    if (context.faults.down) request.socket.destroy();
    else next();
  };
