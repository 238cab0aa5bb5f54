import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { guardedLookup, type Resolve } from './address-guard.ts';
import { problemOfUrl, type UrlRules } from './endpoint-url.ts';
import { failedFor, outcomeOf, reasonOf, type SendOutcome } from './send-outcome.ts';
import { signatureHeaders, type SignedMessage } from './signature.ts';

/** So much of an answer is read, so that its connection can be used again, and thrown away. */
const ANSWER_MAX_BYTES = 16_384;

/** 50 endpoints with 20 deliveries under way each: nobody waits for somebody else's connection. */
const SOCKETS_MAX = 1_000;
/** Of one endpoint, kept open while nothing is sent. */
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

export interface WebhookSender {
  /**
   * Hands one event to an endpoint. Never throws for what a network or an endpoint can do.
   *
   * @param signal aborted: what is under way is broken off
   */
  send(url: string, message: SignedMessage, signal: AbortSignal): Promise<SendOutcome>;
  close(): void;
}

/**
 * Sends with Node's own client: no redirect is followed, no proxy is asked, certificates are verified, and the connection goes
 * to an address that was looked at. All endpoints of a process share one.
 */
export function createSender({ allowPrivate, timeoutMs, resolve }: SenderOptions): WebhookSender {
  const options = {
    keepAlive: true,
    maxTotalSockets: SOCKETS_MAX,
    maxFreeSockets: IDLE_SOCKETS_MAX,
    timeout: IDLE_SOCKET_MS,
    ...(allowPrivate ? {} : { lookup: guardedLookup(resolve) }),
  };
  const http = new HttpAgent(options);
  // Said aloud, as a variable of the environment could turn it off.
  const https = new HttpsAgent({ ...options, rejectUnauthorized: true });

  const post = (url: URL, message: SignedMessage, signal: AbortSignal): Promise<SendOutcome> => {
    const isHttps = url.protocol === 'https:';
    const request = (isHttps ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: isHttps ? https : http,
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'content-length': Buffer.byteLength(message.body),
        'user-agent': USER_AGENT,
        ...signatureHeaders(message, Date.now()),
      },
    });
    return exchange(request, message.body, signal);
  };

  return {
    async send(target, message, signal) {
      // Once more: the rules may be stricter than when the endpoint was made.
      const problem = problemOfUrl(target, { allowPrivate });
      if (problem !== null) return failedFor(`the URL ${problem}`);
      const url = new URL(target);
      const limit = timeLimit(timeoutMs, signal);
      try {
        return await post(url, message, limit.signal).catch((error: unknown) => {
          // An idle connection was closed just when it was to be used again: nothing is wrong with the endpoint.
          if (error instanceof StaleConnection && !limit.signal.aborted)
            return post(url, message, limit.signal);
          throw error;
        });
      } catch (error) {
        if (signal.aborted) return { kind: 'broken_off' };
        return failedFor(limit.signal.aborted ? `no whole answer within ${timeoutMs} ms` : reasonOf(error));
      } finally {
        limit.clear();
      }
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

class StaleConnection extends Error {
  override name = 'StaleConnection';
  readonly code = 'ECONNRESET';
}

/** @throws {StaleConnection | Error} when there is no whole answer */
function exchange(request: ClientRequest, body: string, signal: AbortSignal): Promise<SendOutcome> {
  return new Promise((resolve, reject) => {
    const breakOff = () => void request.destroy(new Error('broken off'));
    signal.addEventListener('abort', breakOff, { once: true });
    request.once('close', () => signal.removeEventListener('abort', breakOff));
    request.on('error', (error) => reject(request.reusedSocket ? new StaleConnection() : error));
    request.once('response', (response) => {
      readAway(response).then(() => resolve(outcomeOf(response.statusCode ?? 0, response.headers)), reject);
    });
    if (signal.aborted) breakOff();
    else request.end(body);
  });
}

function readAway(response: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= ANSWER_MAX_BYTES) return;
      resolve();
      response.destroy();
    });
    response.once('end', resolve);
    response.on('error', reject);
    response.once('close', () => reject(new Error('the answer broke off')));
  });
}

function timeLimit(ms: number, signal: AbortSignal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
