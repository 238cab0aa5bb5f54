import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const SANE = /^[\w.:-]{1,128}$/;

/** Gives a request the caller's id, or a new one. It is in the answer and in every log line. */
export function giveRequestId(request: IncomingMessage, response: ServerResponse): void {
  const sent = request.headers['x-request-id'];
  response.setHeader('X-Request-Id', typeof sent === 'string' && SANE.test(sent) ? sent : randomUUID());
}

export function hasRequestId(response: ServerResponse): boolean {
  return response.hasHeader('X-Request-Id');
}

export function requestIdOf(response: ServerResponse): string {
  return String(response.getHeader('X-Request-Id'));
}
