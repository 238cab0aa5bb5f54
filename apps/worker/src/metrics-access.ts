import { problemBody, PROBLEM_TYPE } from '@holdfast/contract';
import { type ApiKeys, bearerKey, type Scope } from '@holdfast/runtime';
import type { RequestHandler } from 'express';

const SCOPE: Scope = 'ops:read';
const HOW_TO = `Send an API key with the scope ${SCOPE} as Authorization: Bearer <key>.`;

/** Requires a key with the scope for metrics; without API keys every request passes. */
export function guardMetrics(apiKeys: ApiKeys | null): RequestHandler {
  return (request, response, next) => {
    if (!apiKeys) return next();
    const key = bearerKey(request);
    const caller = key === null ? null : apiKeys.identify(key);
    if (caller?.scopes.has(SCOPE)) return next();
    if (!caller) response.setHeader('WWW-Authenticate', 'Bearer');
    const problem = problemBody(caller ? 'forbidden' : 'unauthorized', HOW_TO);
    response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  };
}
