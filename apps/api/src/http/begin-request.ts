import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { measureRequests } from '../metrics.ts';
import type { AnswerError } from './answer-error.ts';
import { problemOfHead } from './limits.ts';
import { giveRequestId, hasRequestId } from './request-id.ts';
import { secureAnswer } from './security-headers.ts';

/**
 * What every request gets before its route is found: an id, security headers, a timer, a check of its size.
 * Answers false when the request was refused, and has its answer.
 */
export function beginRequests(metrics: Registry, onError: AnswerError) {
  const measure = measureRequests(metrics);
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (hasRequestId(response)) return true;
    giveRequestId(request, response);
    secureAnswer(request, response);
    measure(request, response);
    const problem = problemOfHead(request);
    if (problem) onError(problem, request, response);
    return problem === null;
  };
}
