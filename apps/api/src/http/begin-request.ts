import type { ServerResponse } from 'node:http';
import {
  foreignRequest,
  giveRequestId,
  hasRequestId,
  recordRequest,
  requestLog,
  WITHOUT_KEYS,
  type NotedRequest,
} from '@holdfast/runtime';
import type { ApiContext } from '../context.ts';
import { measureRequests } from '../metrics.ts';
import type { AnswerError } from './answer-error.ts';
import { problemOfHead } from './limits.ts';
import { Problem } from './problem.ts';
import { secureAnswer } from './security-headers.ts';

/**
 * The first steps of every request, before its route is found: an id, a span, security headers, a check of
 * its size and, at its end, a metric and a log line. Answers false when the request was refused, and has its
 * answer.
 */
export function beginRequests(context: ApiContext, onError: AnswerError) {
  const { config, metrics, log, accessControl, startSpan } = context;
  const measure = measureRequests(metrics);
  const logRequest = requestLog(log, config.addressOf);
  return (request: NotedRequest, response: ServerResponse): boolean => {
    if (hasRequestId(response)) return true;
    giveRequestId(request, response);
    if (startSpan) recordRequest(startSpan, request, response);
    secureAnswer(request, response);
    const started = performance.now();
    response.on('close', () => {
      const tookMs = performance.now() - started;
      if (response.writableFinished && !request.isStream) measure(request, response, tookMs);
      logRequest(request, response, tookMs);
    });
    const problem = problemOfHead(request) ?? (accessControl.hasKeys ? null : problemOfSite(request));
    if (problem) onError(problem, request, response);
    return problem === null;
  };
}

function problemOfSite(request: NotedRequest): Problem | null {
  const reason = foreignRequest(request);
  return reason === null ? null : new Problem('forbidden', `${reason} ${WITHOUT_KEYS}`);
}
