import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

/** What a client may send, and how long it may take. Files have rules of their own (`upload.ts`). */

/** The limit of a JSON body, both as it is sent and unpacked (the HTTP contract). */
export const BODY_MAX_BYTES = 1_000_000;
/** The limit of the request line and all headers. Above it, Node ends the connection (`client-error.ts`). */
export const HEAD_MAX_BYTES = 16_384;
/** A query of 200 SKUs of 65 characters. */
export const URL_MAX_CHARS = 14_000;
/** A client sends ten, proxies add some. Node drops headers above its own limit, so that is higher. */
const HEADERS_MAX = 64;
export const HEADERS_READ_MAX = HEADERS_MAX + 1;
/** Time until the last header has arrived, and until the last byte of the body has. */
export const HEAD_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 15_000;
/** How often it is looked whether one of these is over. */
export const TIMEOUT_SWEEP_MS = 1_000;
/** How long an idle connection stays open: longer than those of common balancers (60 s). */
export const KEEP_ALIVE_MS = 65_000;

/** The longest silence of a connection that waits for an answer: a long poll takes up to 30 s. */
export const SILENT_MAX_MS = 120_000;

/** `uri_too_long`, `headers_too_large`, or nothing. */
export function problemOfHead({ url = '', rawHeaders }: IncomingMessage): Problem | null {
  if (url.length > URL_MAX_CHARS) {
    return new Problem('uri_too_long', `A URL may have at most ${URL_MAX_CHARS} characters.`);
  }
  if (rawHeaders.length > 2 * HEADERS_MAX) {
    return new Problem('headers_too_large', `A request may have at most ${HEADERS_MAX} headers.`);
  }
  return null;
}
