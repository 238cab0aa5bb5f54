import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { requestIdOf, urlOf, type NotedRequest, type RunningProcess } from '@holdfast/runtime';
import type { ApiContext } from './context.ts';
import { createApp, createAppParts } from './express-app.ts';
import { answer } from './http/answer.ts';
import { answerInTurn } from './http/answer-in-turn.ts';
import { answerClientErrors } from './http/client-error.ts';
import { createHotRouter, type HotCall } from './http/hot-router.ts';
import {
  HEAD_MAX_BYTES,
  HEAD_TIMEOUT_MS,
  HEADERS_READ_MAX,
  KEEP_ALIVE_MS,
  REQUEST_TIMEOUT_MS,
  SILENT_MAX_MS,
  TIMEOUT_SWEEP_MS,
} from './http/limits.ts';
import { stopper } from './stopper.ts';

/** Answers hot calls, and leaves others to the Express app. Without the hot router, all of them. */
export function createListener(
  context: ApiContext,
  { withHotRouter = true }: ServerOptions = {},
): RequestListener {
  const { accessControl, log, sources } = context;
  const { publicUrl } = context.config;
  const parts = createAppParts(context);
  const { begin, onError } = parts;
  const app = createApp(context, parts);
  const findCall = createHotRouter(withHotRouter ? parts.routes : []);

  async function answerCall(call: HotCall, request: NotedRequest, response: ServerResponse): Promise<void> {
    const caller = await accessControl.callerFor(call.route, request, response);
    request.route = call.noted;
    await answer(call.route, request, response, call, { caller, sources, publicUrl });
  }

  return (request: NotedRequest, response) => {
    if (!begin(request, response)) return;
    const call = findCall(request);
    if (!call) {
      app(request, response);
      return;
    }
    answerCall(call, request, response)
      .catch((error: unknown) => onError(error, request, response))
      .catch((error: unknown) => {
        log.error('request.unanswered', { request_id: requestIdOf(response), error });
        request.socket.destroy();
      });
  };
}

export interface ServerOptions {
  readonly withHotRouter?: boolean;
  /** How long a client may take to send a request; an upload has its own rules. */
  readonly requestTimeoutMs?: number;
}

/** First connections take longer than others; they are opened before the first call of `/readyz`. */
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
    answerInTurn(createListener(context, options)),
  );
  server.maxHeadersCount = HEADERS_READ_MAX;
  server.timeout = SILENT_MAX_MS;
  server.on('clientError', answerClientErrors(context.log, context.config.publicUrl));
  await context.canWrite(FIRST_CONNECTION_MS);
  server.listen(context.config.port, context.config.host);
  await once(server, 'listening');
  return { log: context.log, url: urlOf(server), ...stopper(context, server) };
}
