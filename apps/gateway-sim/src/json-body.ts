import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { promisify } from 'node:util';
import { Problem } from './problems.ts';

const BODY_MAX_BYTES = 1_024 * 1_024;

/**
 * Not inflated: `Content-Length` is then the size of a logged body. Bytes that are not UTF-8 are refused, as
 * in the API: they would be logged as U+FFFD, and two names as one.
 */
const parse = promisify(
  express.json({
    limit: BODY_MAX_BYTES,
    strict: false,
    inflate: false,
    verify(_request, _response, bytes) {
      if (!isUtf8(bytes)) throw new Problem(400, 'malformed_json');
    },
  }),
);

/**
 * The body as parsed JSON; `undefined` when there is none. No middleware: a request with a broken body must
 * be logged, too.
 *
 * @throws {Problem} 415 for another content type
 * @throws body-parser's errors for a body that is too large, is not JSON or is cut off
 */
export async function readJsonBody(request: Request, response: Response): Promise<unknown> {
  if (request.is('application/json') === false) throw new Problem(415, 'unsupported_media_type');
  await parse(request, response);
  const body: unknown = request.body;
  return body;
}

/** The most that keeping the body can cost: a chunked one does not say. */
export const bodyBytesAtMost = (request: Request): number =>
  request.get('transfer-encoding') === undefined
    ? Number(request.get('content-length') ?? 0)
    : BODY_MAX_BYTES;
