import { classifyDatabaseError } from '@holdfast/db';
import { LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from '@holdfast/ledger';
import type { Logger } from '@holdfast/runtime';
import type { ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { Problem } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import { sendProblem } from './send.ts';

/** The one place where what was thrown becomes an answer. Unknown errors are logged whole and answered bare. */
export function answerError(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const problem = asProblem(error);
    const requestId = requestIdOf(response);
    if (problem.status >= 500) {
      const fields = {
        request_id: requestId,
        method: request.method,
        path: request.path,
        code: problem.code,
        error,
      };
      if (problem.code === 'internal_error') log.error('request.failed', fields);
      else log.warn('request.refused', fields);
    }
    if (response.headersSent) {
      request.socket.destroy(); // half an answer is worse than none
      return;
    }
    sendProblem(response, problem);
  };
}

/** What body-parser and Express throw: an error with an HTTP status and a type. */
const httpError = z.object({ status: z.int(), type: z.string().optional() });

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LedgerOverloaded) {
    return new Problem('overloaded', 'Too many requests wait already. Nothing was done.', {
      headers: { 'Retry-After': String(error.retryAfterSeconds) },
      cause: error,
    });
  }
  if (error instanceof LedgerUnavailable || classifyDatabaseError(error) === 'connection') {
    return new Problem('unavailable', 'The database cannot be reached. Nothing was done.', {
      headers: { 'Retry-After': '2' },
      cause: error,
    });
  }
  if (error instanceof OutcomeUnknown) {
    return new Problem('outcome_unknown', 'Repeat the request with the same idempotency key, or look.', {
      headers: { 'Retry-After': '2' },
      cause: error,
    });
  }
  if (classifyDatabaseError(error) === 'timeout') {
    return new Problem('overloaded', 'The database took too long. Nothing was done.', {
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  }
  return problemOfParser(error) ?? new Problem('internal_error', 'It has been logged under this request id.');
}

function problemOfParser(error: unknown): Problem | null {
  const parsed = httpError.safeParse(error);
  if (!parsed.success) return null;
  const { status, type } = parsed.data;
  if (type === 'entity.parse.failed') return new Problem('malformed_json', 'The body is not JSON.');
  if (status === 413) return new Problem('payload_too_large', 'The body may have at most 1 MB.');
  if (status === 415) return new Problem('unsupported_media_type', 'Send the body as JSON in UTF-8.');
  if (status >= 400 && status < 500) {
    return new Problem('validation_failed', 'The request cannot be read: its path or body is broken.', {
      extensions: {
        errors: [{ path: '', message: 'the path cannot be decoded, or the body cannot be unpacked' }],
      },
    });
  }
  return null;
}
