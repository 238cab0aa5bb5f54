import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const SANE = /^[\w.:-]{1,128}$/;

/** Gives every request an id: the caller's, if it sent a sane one. It is in the answer and in every log line. */
export const giveRequestId: RequestHandler = (request, response, next) => {
  const sent = request.headers['x-request-id'];
  response.setHeader('X-Request-Id', typeof sent === 'string' && SANE.test(sent) ? sent : randomUUID());
  next();
};

export function requestIdOf(response: Response): string {
  return String(response.getHeader('X-Request-Id'));
}
