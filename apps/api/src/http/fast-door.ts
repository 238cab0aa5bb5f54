import type { IncomingMessage } from 'node:http';
import type { Route } from './route.ts';

/**
 * The fast door: a route without parameters in its path needs no router when the request names it to the letter. What it
 * does not know (a query, another spelling) is left to Express, which answers the same: only the way there is longer, by
 * 60 microseconds of CPU, where all the rest of a create is 20, and 7 of them Node's own.
 */
export function fastDoor(routes: readonly Route[]): (request: IncomingMessage) => Route | undefined {
  const byTarget = new Map(
    routes
      .filter(({ path }) => !path.includes('{'))
      .map((route) => [`${route.method.toUpperCase()} ${route.path}`, route]),
  );
  return ({ method, url }) => byTarget.get(`${method} ${url}`);
}
