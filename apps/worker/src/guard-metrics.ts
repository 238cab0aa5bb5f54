import { type ApiKeys, bearerKey, type Scope } from '@holdfast/runtime';
import type { RequestHandler } from 'express';

const SCOPE: Scope = 'ops:read';

/** Lets through who has a key with the scope for metrics; everybody where there are no keys. The codes are those of the API. */
export function guardMetrics(apiKeys: ApiKeys | null): RequestHandler {
  return (request, response, next) => {
    if (!apiKeys) return next();
    const key = bearerKey(request);
    const caller = key === null ? null : apiKeys.identify(key);
    if (caller?.scopes.has(SCOPE)) return next();
    const [status, code] = caller ? [403, 'forbidden'] : [401, 'unauthorized'];
    const detail = `This takes a key with the scope ${SCOPE}, as Authorization: Bearer <key>.`;
    if (!caller) response.setHeader('WWW-Authenticate', 'Bearer');
    response
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ type: `/problems/${code}`, title: detail, status, detail, code }));
  };
}
