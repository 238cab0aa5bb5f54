import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { closeAll, urlOf, type RunningProcess } from '@holdfast/runtime';
import express, { Router, type Express, type RequestHandler } from 'express';
import type { ApiContext } from './context.ts';
import { answerError } from './http/answer-error.ts';
import { Problem } from './http/problem.ts';
import { giveRequestId } from './http/request-id.ts';
import { mount } from './http/route.ts';
import { measureRequests } from './metrics.ts';
import { serveDocuments } from './openapi/serve-documents.ts';
import { serveBoard } from './ops/board.ts';
import { serveMetrics } from './ops/metrics.ts';
import { routes } from './routes/index.ts';

/** The Express app: what every request meets, from top to bottom. */
export function createApp(context: ApiContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(giveRequestId);
  app.use(measureRequests(context.metrics));
  // Express answers OPTIONS by itself on every path it knows; the contract has no such call.
  app.use((request, response, next) =>
    request.method === 'OPTIONS' ? answerNotFound(request, response, next) : next(),
  );
  const router = Router({ caseSensitive: true, strict: true });
  const all = routes(context);
  for (const route of all) mount(router, route);
  app.use(router);
  app.use(serveMetrics(context));
  app.use(serveDocuments(all));
  app.use('/ops/queues', serveBoard(context));
  app.use(answerNotFound);
  app.use(answerError(context.log));
  return app;
}

const answerNotFound: RequestHandler = (request, _response, next) => {
  next(new Problem('not_found', `There is nothing at ${request.method} ${request.path}.`));
};

/** How long a client may take to send a request, and how long an idle connection stays open. */
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
const IDLE_SWEEP_MS = 50;

/** Listens, and answers how to stop: no new requests, those under way come to their end, then all is closed. */
export async function startServer(context: ApiContext): Promise<RunningProcess> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    createApp(context),
  );
  server.listen(context.config.port, context.config.host);
  await once(server, 'listening');
  return {
    log: context.log,
    url: urlOf(server),
    stop: () =>
      closeAll([...context.opened, { name: 'http', close: () => closeServer(server) }], context.log),
  };
}

/** A client that never pauses could keep its connection for ever: each next answer on it is the last. */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  await closed;
  clearInterval(sweep);
}
