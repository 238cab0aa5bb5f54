import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { urlOf, type RunningProcess } from '@holdfast/runtime';
import type { ApiContext } from './context.ts';
import { createApp } from './express-app.ts';
import { answerError } from './http/answer-error.ts';
import { answer } from './http/answer.ts';
import { answerClientError } from './http/client-error.ts';
import { fastDoor } from './http/fast-door.ts';
import { STRANGER } from './http/gate.ts';
import {
  HEAD_MAX_BYTES,
  HEAD_TIMEOUT_MS,
  HEADERS_READ_MAX,
  KEEP_ALIVE_MS,
  problemOfHead,
  REQUEST_TIMEOUT_MS,
  TIMEOUT_SWEEP_MS,
} from './http/limits.ts';
import { giveRequestId, requestIdOf } from './http/request-id.ts';
import type { Route } from './http/route.ts';
import { secureAnswer } from './http/security-headers.ts';
import { measureRequests, type RoutedRequest } from './metrics.ts';
import { routes } from './routes/index.ts';
import { stopper } from './stopper.ts';

/** What every request meets, from top to bottom. Without the fast door, all of them go through Express. */
export function createListener(
  context: ApiContext,
  { withFastDoor = true }: ServerOptions = {},
): RequestListener {
  const all = routes(context);
  const { gate, log } = context;
  const measure = measureRequests(context.metrics);
  const onError = answerError(log);
  const app = createApp(context, all, onError);
  const findRoute = fastDoor(withFastDoor ? all : []);

  async function answerFast(route: Route, request: RoutedRequest, response: ServerResponse): Promise<void> {
    const caller = route.scope === null ? STRANGER : await gate.admit(request, response);
    request.route = route;
    await answer(route, request, response, NO_PARAMETERS, caller);
  }

  return (request: RoutedRequest, response) => {
    giveRequestId(request, response);
    secureAnswer(request, response);
    measure(request, response);
    const tooMuch = problemOfHead(request);
    const route = findRoute(request);
    if (tooMuch) {
      onError(tooMuch, request, response);
    } else if (route) {
      answerFast(route, request, response)
        .catch((error: unknown) => onError(error, request, response))
        .catch((error: unknown) => {
          log.error('request.unanswered', { request_id: requestIdOf(response), error });
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

/** The first connection takes longer than others, and must not be what the first look at `/readyz` waits for. */
const FIRST_CONNECTION_MS = 5_000;

/** Listens, and answers how to stop. */
export async function startServer(context: ApiContext, options: ServerOptions = {}): Promise<RunningProcess> {
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const server = createServer(
    {
      maxHeaderSize: HEAD_MAX_BYTES,
      headersTimeout: Math.min(HEAD_TIMEOUT_MS, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(TIMEOUT_SWEEP_MS, requestTimeoutMs),
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    createListener(context, options),
  );
  server.maxHeadersCount = HEADERS_READ_MAX;
  server.on('clientError', answerClientError);
  await context.database.isReachable(FIRST_CONNECTION_MS);
  server.listen(context.config.port, context.config.host);
  await once(server, 'listening');
  return { log: context.log, url: urlOf(server), ...stopper(context, server) };
}
