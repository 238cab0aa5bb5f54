import express, { type RequestHandler } from 'express';
import { Problem } from './problem.ts';

/** Bodies up to 1 MB (contract.md). */
const BODY_MAX_BYTES = 1_000_000;

const parseJson = express.json({ limit: BODY_MAX_BYTES, strict: false, type: () => true });

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** Reads a JSON body into `request.body`. No body at all is an absent one, whatever the content type. */
export const readBody: RequestHandler = (request, response, next) => {
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type } = request.headers;
  const hasBody = encoding !== undefined || (length !== undefined && length !== '0');
  if (!hasBody) {
    request.body = undefined;
    next();
  } else if (type === undefined || !JSON_TYPE.test(type)) {
    next(new Problem('unsupported_media_type', 'Send the body as application/json.'));
  } else {
    parseJson(request, response, next);
  }
};
