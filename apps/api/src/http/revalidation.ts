import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { JSON_TYPE } from './send.ts';

/**
 * Sends JSON with an entity tag of its content, or 304 without it to a caller that names this tag in
 * `If-None-Match` (RFC 9110, 13.1.2). The tag is weak: a compressed answer has the same one.
 */
export function sendRevalidated(request: IncomingMessage, response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  const tag = hash('sha1', text, 'base64url');
  response.setHeader('ETag', `W/"${tag}"`);
  if (names(request.headers['if-none-match'], tag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.statusCode = 200;
  response.setHeader('Content-Type', JSON_TYPE);
  response.end(text);
}

const TAGS = /(?:W\/)?"([^"]*)"/g;

/** Compared weakly: `W/` makes no difference. */
function names(sent: string | undefined, tag: string): boolean {
  if (sent === undefined) return false;
  return sent.trim() === '*' || [...sent.matchAll(TAGS)].some(([, each]) => each === tag);
}
