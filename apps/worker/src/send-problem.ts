import { problemBody, PROBLEM_TYPE, type ProblemCode } from '@holdfast/contract';
import { requestIdOf, type Logger, type NotedRequest } from '@holdfast/runtime';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { ServerResponse } from 'node:http';

/** Answers a refusal as the API does, and notes it for the log. */
export function sendProblem(
  request: NotedRequest,
  response: ServerResponse,
  code: ProblemCode,
  detail: string,
): void {
  const problem = problemBody(code, detail, { instance: requestIdOf(response) });
  request.problem = problem;
  response.statusCode = problem.status;
  response.setHeader('Content-Type', PROBLEM_TYPE);
  response.end(JSON.stringify(problem));
}

export const answerNotFound: RequestHandler = (request, response) => {
  const known = 'the worker answers GET /healthz, /readyz and /metrics';
  sendProblem(
    request,
    response,
    'not_found',
    `There is nothing at ${request.method} ${request.path}: ${known}.`,
  );
};

/** Express would answer with a page that has the stack in it. */
export const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    log.error('request.failed', { request_id: requestIdOf(response), error });
    if (response.headersSent) next(error);
    else sendProblem(request, response, 'internal_error', 'It has been logged under this request id.');
  };
