import {
  type ApiKeys,
  bearerKey,
  foreignRequest,
  type NotedRequest,
  type Scope,
  WITHOUT_KEYS,
} from '@holdfast/runtime';
import type { RequestHandler } from 'express';
import { sendProblem } from './send-problem.ts';

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
    sendProblem(request, response, caller ? 'forbidden' : 'unauthorized', HOW_TO);
  };
}

/** Refuses requests of web pages and for other hosts where there are no keys, as the API does. */
export function guardSite(apiKeys: ApiKeys | null): RequestHandler {
  return (request, response, next) => {
    const reason = apiKeys ? null : foreignRequest(request);
    if (reason === null) next();
    else sendProblem(request, response, 'forbidden', `${reason} ${WITHOUT_KEYS}`);
  };
}
