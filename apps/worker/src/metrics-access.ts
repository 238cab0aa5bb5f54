import { problemBody, PROBLEM_TYPE, type ProblemCode } from '@holdfast/contract';
import { type ApiKeys, bearerKey, type NotedRequest, requestIdOf, type Scope } from '@holdfast/runtime';
import type { RequestHandler } from 'express';
import type { ServerResponse } from 'node:http';

const SCOPE: Scope = 'ops:read';
const HOW_TO = `Send an API key with the scope ${SCOPE} as Authorization: Bearer <key>.`;

/** Requires a key with the scope for metrics; without API keys every request passes. */
export function guardMetrics(apiKeys: ApiKeys | null): RequestHandler {
  return (request: NotedRequest, response, next) => {
    if (!apiKeys) return next();
    const key = bearerKey(request);
    const caller = key === null ? null : apiKeys.identify(key);
    if (caller) request.caller = caller.name;
    if (caller?.scopes.has(SCOPE)) return next();
    if (!caller) response.setHeader('WWW-Authenticate', 'Bearer');
    refuse(request, response, caller ? 'forbidden' : 'unauthorized', HOW_TO);
  };
}

/** Answers a refusal as the API does, and notes it for the log. */
function refuse(request: NotedRequest, response: ServerResponse, code: ProblemCode, detail: string): void {
  const problem = problemBody(code, detail, { instance: requestIdOf(response) });
  request.problem = problem;
  response.statusCode = problem.status;
  response.setHeader('Content-Type', PROBLEM_TYPE);
  response.end(JSON.stringify(problem));
}
