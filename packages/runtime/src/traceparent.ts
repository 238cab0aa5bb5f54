import type { IncomingMessage } from 'node:http';

/** Version 00 of W3C Trace Context: version, trace id, parent id, flags. Ids of zeros only are not valid. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The header `traceparent` as the client sent it. Null: none that is valid; of two, none counts. */
export function traceparentOf({ headers }: IncomingMessage): string | null {
  const sent = headers['traceparent'];
  return typeof sent === 'string' && TRACEPARENT.test(sent) ? sent : null;
}
