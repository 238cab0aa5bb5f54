import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { closeAll, urlOf, type RunningProcess } from '@holdfast/runtime';
import express, { Router, type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { ApiContext } from './context.ts';
import { answerError, type AnswerError } from './http/answer-error.ts';
import { answer } from './http/answer.ts';
import { answerClientError } from './http/client-error.ts';
import { fastDoor } from './http/fast-door.ts';
import { mount } from './http/mount.ts';
import { Problem } from './http/problem.ts';
import { giveRequestId } from './http/request-id.ts';
import type { Route } from './http/route.ts';
import { measureRequests, type RoutedRequest } from './metrics.ts';
import { serveDocuments } from './openapi/serve-documents.ts';
import { serveBoard } from './ops/board.ts';
import { serveMetrics } from './ops/metrics.ts';
import { routes } from './routes/index.ts';

/** What every request meets, from top to bottom. Without the fast door, all of them go through Express. */
export function createListener(
  context: ApiContext,
  { withFastDoor = true }: ServerOptions = {},
): RequestListener {
  const all = routes(context);
  const measure = measureRequests(context.metrics);
  const onError = answerError(context.log);
  const app = createApp(context, all, onError);
  const findRoute = fastDoor(withFastDoor ? all : []);
  return (request: RoutedRequest, response) => {
    giveRequestId(request, response);
    measure(request, response);
    const route = findRoute(request);
    if (route) {
      request.route = route;
      answer(route, request, response, NO_PARAMETERS)
        .catch((error: unknown) => onError(error, request, response))
        .catch((error: unknown) => {
          context.log.error('request.unanswered', { error });
          request.socket.destroy();
        });
    } else {
      app(request, response);
    }
  };
}

/** What the URL says to a route of the fast door. */
const NO_PARAMETERS = { params: {}, query: {} };

export interface ServerOptions {
  readonly withFastDoor?: boolean;
  /** How long a client may take to send a request; an upload has its own rules. */
  readonly requestTimeoutMs?: number;
}

function createApp(context: ApiContext, all: readonly Route[], onError: AnswerError): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  // Express answers OPTIONS by itself on every path it knows; the contract has no such call.
  app.use((request, response, next) =>
    request.method === 'OPTIONS' ? answerNotFound(request, response, next) : next(),
  );
  const router = Router({ caseSensitive: true, strict: true });
  const [named, parametrised] = [all.filter(isNamed), all.filter((route) => !isNamed(route))];
  for (const route of named) mount(router, route);
  // Another method on such a path is no call: it must not be taken for an id in a path with parameters.
  for (const { path } of named) router.all(path, answerNotFound);
  for (const route of parametrised) mount(router, route);
  app.use(router);
  app.use(serveMetrics(context));
  app.use(serveDocuments(all));
  app.use('/ops/queues', serveBoard(context));
  app.use(answerNotFound);
  const errorHandler: ErrorRequestHandler = (error, request, response, _next) =>
    onError(error, request, response);
  app.use(errorHandler);
  return app;
}

/** Whether its path has no parameters. */
const isNamed = ({ path }: Route) => !path.includes('{');

const answerNotFound: RequestHandler = (request, _response, next) => {
  next(new Problem('not_found', `There is nothing at ${request.method} ${request.path}.`));
};

/** How long a client may take to send a request, and how long an idle connection stays open. */
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
const IDLE_SWEEP_MS = 50;

/** Listens, and answers how to stop: no new requests, those under way come to their end, then all is closed. */
export async function startServer(context: ApiContext, options: ServerOptions = {}): Promise<RunningProcess> {
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    createListener(context, options),
  );
  server.on('clientError', answerClientError);
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
