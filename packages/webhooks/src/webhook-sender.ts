import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { ANSWER_SHOWN_MAX_BYTES, shownAnswer, traceHeaders } from '@holdfast/contract';
import { addressIn, guardedLookup, type Resolve } from './address-guard.ts';
import { problemOfUrl, type UrlRules } from './endpoint-url.ts';
import { failedFor, outcomeOf, reasonOf, type SendOutcome } from './send-outcome.ts';
import { signatureHeaders, type SignedMessage } from './signature.ts';

/** Bytes of an answer that are read, so that its connection can be reused. People see its beginning. */
const ANSWER_MAX_BYTES = 16_384;

/** 50 endpoints with 20 deliveries under way each: no endpoint waits for the connection of another. */
const SOCKETS_MAX = 1_000;
/** Connections of one endpoint that are kept open while nothing is sent. */
const IDLE_SOCKETS_MAX = 20;
/** Shorter than the 5 s after which Node's own server closes them, and many others later. */
const IDLE_SOCKET_MS = 4_000;

const USER_AGENT = 'Holdfast/1 (webhooks)';

export interface SenderOptions extends UrlRules {
  /** For the whole exchange: the name, the connection, the request and the last byte of the answer. */
  readonly timeoutMs: number;
  /** Default: as the system does it. */
  readonly resolve?: Resolve;
}

export type WebhookSender = ReturnType<typeof createSender>;

/**
 * URLs that are remembered, parsed and checked. At most 50 endpoints exist; other entries belong to deleted
 * ones.
 */
const TARGETS_MAX = 200;

/**
 * Sends with Node's own client: no redirect is followed, no proxy is asked, certificates are verified, and
 * the connection goes to an address that was checked. All endpoints of a process share one.
 *
 * At a thousand events a second, the HTTP client takes most of a worker's processor time. So a URL is parsed
 * once for each endpoint, and an exchange has one timer: 70 microseconds, and not 100.
 */
export function createSender({ allowPrivate, timeoutMs, resolve }: SenderOptions) {
  const options = {
    keepAlive: true,
    maxTotalSockets: SOCKETS_MAX,
    maxFreeSockets: IDLE_SOCKETS_MAX,
    timeout: IDLE_SOCKET_MS,
    ...(allowPrivate ? {} : { lookup: guardedLookup(resolve) }),
  };
  const http = new HttpAgent(options);
  // Set explicitly, as an environment variable could turn it off.
  const https = new HttpsAgent({ ...options, rejectUnauthorized: true });
  const targets = new Map<string, Target>();

  function targetAt(address: string): Target {
    const known = targets.get(address);
    if (known) return known;
    // Once more than when the endpoint was made: the rules may be stricter by now.
    const problem = problemOfUrl(address, { allowPrivate });
    const target = problem === null ? targetOf(new URL(address)) : { problem };
    if (targets.size >= TARGETS_MAX) targets.clear();
    targets.set(address, target);
    return target;
  }

  function targetOf(url: URL): Target {
    const { protocol, hostname, port, pathname, search } = url;
    const isHttps = protocol === 'https:';
    return {
      request: isHttps ? httpsRequest : httpRequest,
      options: {
        method: 'POST',
        agent: isHttps ? https : http,
        protocol,
        hostname: addressIn(url) ?? hostname,
        port,
        path: `${pathname}${search}`,
      },
    };
  }

  return {
    /**
     * Hands one event over, or breaks off by `signal`. Never throws for what a network or an endpoint can do.
     */
    async send(address: string, message: SignedMessage, signal: AbortSignal): Promise<SendOutcome> {
      const target = targetAt(address);
      if ('problem' in target) return failedFor(`the URL ${target.problem}`);
      const endsAtMs = performance.now() + timeoutMs;
      const exchangeOnce = () => exchange(target, message, { endsAtMs, signal });
      try {
        // An idle connection was closed just when it was used again: nothing is wrong with the endpoint.
        return await exchangeOnce().catch((error: unknown) => {
          if (error instanceof StaleConnection) return exchangeOnce();
          throw error;
        });
      } catch (error) {
        if (error instanceof BrokenOff) return { kind: 'broken_off' };
        return failedFor(
          error instanceof TooSlow ? `no whole answer within ${timeoutMs} ms` : reasonOf(error),
        );
      }
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

/** The address for an endpoint's events, or why they cannot be sent. */
type Target =
  | {
      readonly request: (options: RequestOptions) => ClientRequest;
      readonly options: RequestOptions;
    }
  | { readonly problem: string };

type ReachableTarget = Extract<Target, { request: unknown }>;

class StaleConnection extends Error {
  override name = 'StaleConnection';
  readonly code = 'ECONNRESET';
}

class TooSlow extends Error {
  override name = 'TooSlow';
}

class BrokenOff extends Error {
  override name = 'BrokenOff';
}

interface Bounds {
  /** By performance.now(). */
  readonly endsAtMs: number;
  readonly signal: AbortSignal;
}

/** @throws {StaleConnection | TooSlow | BrokenOff | Error} when there is no whole answer */
function exchange(target: ReachableTarget, message: SignedMessage, bounds: Bounds): Promise<SendOutcome> {
  const { endsAtMs, signal } = bounds;
  if (signal.aborted) return Promise.reject(new BrokenOff());
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'content-length': Buffer.byteLength(message.body),
    'user-agent': USER_AGENT,
    ...traceHeaders(message.trace ?? {}),
    ...signatureHeaders(message, Date.now()),
  };
  return new Promise((resolve, reject) => {
    const request = target.request({ ...target.options, headers });
    // The first end gives the reason; later errors of the request do not matter.
    const end = (error: Error) => {
      reject(error);
      request.destroy();
    };
    const breakOff = () => end(new BrokenOff());
    const timer = setTimeout(() => end(new TooSlow()), Math.max(0, endsAtMs - performance.now()));
    signal.addEventListener('abort', breakOff);
    request.once('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', breakOff);
    });
    request.on('error', (error) => reject(request.reusedSocket ? new StaleConnection() : error));
    request.once('response', (response) => {
      const outcome = outcomeOf(response.statusCode ?? 0, response.headers);
      readAway(response).then((text) => resolve(withResponse(outcome, text)), reject);
    });
    // 101. Without a listener Node destroys the socket silently: no answer, no error, no `close`.
    request.once('upgrade', ({ statusCode, headers }: IncomingMessage, socket: Duplex) => {
      socket.destroy();
      resolve(outcomeOf(statusCode ?? 0, headers));
    });
    request.end(message.body);
  });
}

const withResponse = (outcome: SendOutcome, text: string): SendOutcome =>
  text === '' || outcome.kind === 'broken_off' ? outcome : { ...outcome, response: shownAnswer(text) };

/** @returns the beginning of the answer */
function readAway(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const kept: Buffer[] = [];
    const end = () => resolve(Buffer.concat(kept).toString());
    response.on('data', (chunk: Buffer) => {
      if (bytes < ANSWER_SHOWN_MAX_BYTES) kept.push(chunk);
      bytes += chunk.byteLength;
      if (bytes <= ANSWER_MAX_BYTES) return;
      end();
      response.destroy();
    });
    response.once('end', end);
    response.on('error', reject);
    response.once('close', () => reject(new Error('the answer broke off')));
  });
}
