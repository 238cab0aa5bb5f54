import type { IncomingMessage } from 'node:http';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import type { Matched } from './answer.ts';
import { URL_MAX_CHARS } from './limits.ts';
import { parseQuery } from './parse-query.ts';
import { hasParameters, patternOf, type Route } from './route.ts';

/** A request whose route is known. */
export interface HotCall extends Matched {
  readonly route: Route;
  /** The route that Express notes on a request: metrics have its path as a label. */
  readonly noted: { readonly path: string };
}

type Found = Omit<HotCall, 'query'>;
type FindCall = (request: IncomingMessage) => HotCall | undefined;

const METHODS = {
  get: 'GET',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
} as const satisfies Record<Route['method'], HTTPMethod>;

const METHOD_OF: ReadonlyMap<string | undefined, HTTPMethod> = new Map(
  Object.values(METHODS).map((method) => [method, method]),
);

/** A path and query in visible ASCII, without a fragment. Express parses other targets differently. */
const PLAIN_TARGET = /^\/[!"$-~]*$/;

/**
 * Finds the route of a request ahead of Express, which takes more CPU for that than the rest of the call.
 * Leaves to Express all that may be read in more than one way (docs/decisions/0009).
 */
export function createHotRouter(routes: readonly Route[]): FindCall {
  const router = findMyWay({
    caseSensitive: true,
    ignoreTrailingSlash: false,
    ignoreDuplicateSlashes: false,
    maxParamLength: URL_MAX_CHARS,
  });
  /** Routes without parameters, by path and method: the router would take longer for these. */
  const fixed = new Map<string, Map<HTTPMethod, Found>>();
  for (const route of routes) {
    const method = METHODS[route.method];
    const noted = { path: patternOf(route) };
    if (hasParameters(route)) router.on(method, noted.path, unused, { route, noted });
    else
      fixed.set(route.path, (fixed.get(route.path) ?? new Map()).set(method, { route, noted, params: {} }));
  }
  return (request) => {
    const method = METHOD_OF.get(request.method);
    const { url = '' } = request;
    if (!method || !PLAIN_TARGET.test(url)) return undefined;
    const { path, query } = splitTarget(url);
    const atPath = fixed.get(path);
    // A fixed path with a method that it does not have must not be taken for a path with parameters.
    const found = atPath ? atPath.get(method) : findWithParams(router, method, path);
    if (!found) return undefined;
    const { route, noted, params } = found;
    return {
      route,
      noted,
      params,
      get query() {
        return parseQuery(query);
      },
    };
  };
}

function findWithParams(
  router: ReturnType<typeof findMyWay>,
  method: HTTPMethod,
  path: string,
): Found | undefined {
  // The router decodes before it matches, and Express after. So each % is escaped.
  const found = router.find(method, path.replaceAll('%', '%25'));
  const params = found && decodeParams(found.params);
  return params ? { ...(found.store as Omit<Found, 'params'>), params } : undefined;
}

/** The router wants a function for each route, and none is called by `find`. */
const unused = () => undefined;

function splitTarget(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark === -1 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Null: a parameter is empty, which Express does not match, or cannot be decoded, which Express refuses. */
function decodeParams(sent: Readonly<Record<string, string | undefined>>): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const name in sent) {
    const value = decode(sent[name] ?? '');
    if (!value) return null;
    params[name] = value;
  }
  return params;
}

function decode(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
