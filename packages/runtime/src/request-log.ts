import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Span } from '@holdfast/contract';
import type { Logger } from './logger.ts';
import { giveRequestId, requestIdOf } from './request-id.ts';
import { traceparentOf } from './traceparent.ts';

/** Notes on a request while it is answered, for its log line. */
export interface NotedRequest extends IncomingMessage {
  /** Express notes it so; the hot router does the same. A path of Express may be a pattern, too. */
  route?: { readonly path: unknown };
  /** The path at which Express has mounted the router of that route. */
  readonly baseUrl?: string;
  /** The name of the caller's key. */
  caller?: string;
  /** Why it was refused. */
  problem?: { readonly code: string; readonly status: number };
  /** Whether a call with any method changes nothing. */
  readsOnly?: boolean;
  /** Its answer may last for any time, so its duration is not measured. */
  isStream?: boolean;
  /** Set if spans are made. */
  span?: Span;
}

/**
 * The whole path of the route, with parameters by name, for logs and metrics. Express matches a mount path in
 * any case, and each spelling would make a series.
 */
export const routeOf = ({ route, baseUrl = '' }: NotedRequest): string | undefined =>
  typeof route?.path === 'string' ? `${baseUrl.toLowerCase()}${route.path}` : undefined;

/** A longer path is cut off: a URL may have 14,000 characters. */
const PATH_MAX_CHARS = 300;

export type AddressOf = (request: IncomingMessage) => string;
export type LogRequest = (request: NotedRequest, response: ServerResponse, tookMs: number) => void;

/**
 * Writes the log line of a request: `request.answered` after its answer, or `request.abandoned`, without a
 * status, if its client has disconnected. Refused callers (401, 403, 429) and 5xx are warnings, with the
 * address of the client. All others are written at `info`.
 *
 * @param addressOf the address of the client, according to trusted proxies
 */
export function requestLog(log: Logger, addressOf: AddressOf): LogRequest {
  const writesInfo = log.isLevelEnabled('info');
  return (request, response, tookMs) => {
    const { problem } = request;
    const isAnswered = response.writableFinished;
    const status = isAnswered ? response.statusCode : (problem?.status ?? null);
    const isWarning =
      status !== null && (status >= 500 || status === 401 || status === 403 || status === 429);
    if (!isWarning && !writesInfo) return;
    const route = routeOf(request);
    log[isWarning ? 'warn' : 'info'](status === null ? 'request.abandoned' : 'request.answered', {
      request_id: requestIdOf(response),
      traceparent: traceparentOf(request) ?? undefined,
      method: request.method,
      route,
      path: pathOf(request),
      status: status ?? undefined,
      code: problem?.code,
      ms: Math.round(tookMs * 100) / 100,
      caller: request.caller,
      reservation_id: reservationIdOf(route, request, response),
      client_address: isWarning ? addressOf(request) : undefined,
    });
  };
}

/** For a server that does no more at the start of a request: gives it an id, and logs it at its end. */
export function followRequests(
  log: Logger,
  addressOf: AddressOf,
): (request: NotedRequest, response: ServerResponse) => void {
  const logRequest = requestLog(log, addressOf);
  return (request, response) => {
    giveRequestId(request, response);
    const startedMs = performance.now();
    response.on('close', () => logRequest(request, response, performance.now() - startedMs));
  };
}

/** Without the query, which may have names of people in it, or a key by mistake. */
function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return url.slice(0, end === -1 ? PATH_MAX_CHARS : Math.min(end, PATH_MAX_CHARS));
}

const RESERVATIONS = '/v1/reservations/';

/** From the path of the call or, for a create, from the path in its answer. */
function reservationIdOf(
  route: string | undefined,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): string | undefined {
  const path = route?.startsWith(RESERVATIONS) ? url : response.getHeader('location');
  if (typeof path !== 'string' || !path.startsWith(RESERVATIONS)) return undefined;
  const id = path.slice(RESERVATIONS.length, RESERVATIONS.length + UUID_CHARS);
  return id.length === UUID_CHARS ? id : undefined;
}

const UUID_CHARS = 36;
