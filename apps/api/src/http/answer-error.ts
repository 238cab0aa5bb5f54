import type { ServerResponse } from 'node:http';
import { type ProblemCode, retryAfter } from '@holdfast/contract';
import { classifyDatabaseError } from '@holdfast/db';
import { SourceForbidden } from '@holdfast/events';
import { CallerGone, LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from '@holdfast/ledger';
import { requestIdOf, type Logger, type NotedRequest } from '@holdfast/runtime';
import { z } from 'zod';
import { notValid, Problem } from './problem.ts';
import { sendProblem } from './send.ts';

/** A client that is refused again backs off by its own rule. */
const RETRY_AFTER_SECONDS = 1;

export type AnswerError = (error: unknown, request: NotedRequest, response: ServerResponse) => void;

/** Turns an error into an answer. Unknown errors are logged whole and answered bare. */
export function answerError(log: Logger, publicUrl: string): AnswerError {
  return (error, request, response) => {
    if (error instanceof CallerGone) return; // there is no connection to answer on
    const foreseen = error instanceof Problem && error.cause === undefined; // a stack would say nothing
    const problem = asProblem(error, request.readsOnly ?? request.method === 'GET');
    request.problem = problem;
    const requestId = requestIdOf(response);
    if (problem.status >= 500) {
      const fields = {
        request_id: requestId,
        method: request.method,
        path: request.url?.split('?')[0],
        code: problem.code,
        error,
      };
      if (problem.code === 'internal_error') log.error('request.failed', fields);
      else log.warn('request.refused', { ...fields, error: foreseen ? problem.message : error });
    }
    if (response.headersSent) {
      request.socket.destroy(); // half an answer is worse than none
      return;
    }
    sendProblem(response, problem, publicUrl);
  };
}

/** An error of Express or one of its parsers, with an HTTP status and a type. */
const httpError = z.object({ status: z.int(), type: z.string().optional() });

function asProblem(error: unknown, isRead: boolean): Problem {
  if (error instanceof Problem) return error;
  const ofParser = problemOfParser(error);
  if (ofParser) return ofParser;
  if (error instanceof SourceForbidden) return new Problem('forbidden', error.message);
  if (error instanceof LedgerOverloaded) {
    return retryable('overloaded', 'Too many requests wait already. Nothing was done.', error.cause);
  }
  if (error instanceof LedgerUnavailable) return unavailable(error);
  if (error instanceof OutcomeUnknown) return outcomeUnknown(error);
  switch (classifyDatabaseError(error)) {
    case 'unreachable':
      return unavailable(error);
    case 'busy':
      return retryable('overloaded', 'All connections to the database are busy. Nothing was done.');
    case 'read_only':
      return retryable('unavailable', 'The database cannot be written to now. Nothing was done.', error);
    case 'connection':
      return isRead ? unavailable(error) : outcomeUnknown(error);
    case 'timeout':
    case 'conflict':
      return retryable('overloaded', 'The database took too long. Nothing was done.', error);
    case 'data':
    case 'other':
      return new Problem('internal_error', 'It has been logged under this request id.', { cause: error });
    default:
      throw new Error('a database error of no known kind', { cause: error });
  }
}

/** Whether the call may have had its effect: the failure does not say. */
export const isOutcomeUnknown = (error: unknown): boolean =>
  asProblem(error, false).code === 'outcome_unknown';

const unavailable = (cause: unknown) =>
  retryable('unavailable', 'The database cannot be reached. Nothing was done.', cause);

const outcomeUnknown = (cause: unknown) =>
  retryable(
    'outcome_unknown',
    'Repeat the request with the same idempotency key, or read the resource to see whether it changed.',
    cause,
  );

/** @param cause left out for overload: there are thousands of such refusals, and their stacks do not help */
function retryable(code: ProblemCode, detail: string, cause?: unknown): Problem {
  return new Problem(code, detail, { headers: retryAfter(RETRY_AFTER_SECONDS), cause });
}

function problemOfParser(error: unknown): Problem | null {
  const parsed = httpError.safeParse(error);
  if (!parsed.success) return null;
  const { status, type } = parsed.data;
  if (type === 'entity.parse.failed') return new Problem('malformed_json', 'The body is not JSON.');
  if (status === 413) return new Problem('payload_too_large', 'The body may have at most 1 MB.');
  if (status === 415) return new Problem('unsupported_media_type', 'Send the body as JSON in UTF-8.');
  if (status >= 400 && status < 500) {
    const message = 'has a path that is not percent-encoded UTF-8, or a body that cannot be unpacked';
    return notValid('The request', [{ path: '', message }]);
  }
  return null;
}
