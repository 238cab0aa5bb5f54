import { problemBody, PROBLEM_TYPE, type ProblemCode } from '@holdfast/contract';
import type { Logger } from '@holdfast/runtime';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';

/** A refusal in the form of the API's. */
export function sendProblem(response: Response, code: ProblemCode, detail: string): void {
  const problem = problemBody(code, detail);
  response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

export const answerNotFound: RequestHandler = (request, response) =>
  sendProblem(
    response,
    'not_found',
    `There is nothing at ${request.method} ${request.path}. The worker answers GET /healthz, /readyz and /metrics.`,
  );

/** Express would answer with a page that has the stack in it. */
export const answerErrors =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    log.error('request.failed', { error });
    if (response.headersSent) next(error);
    else sendProblem(response, 'internal_error', 'The error is in the worker’s log.');
  };
