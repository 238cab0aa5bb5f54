import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';

/**
 * `GET /__sim/requests`: what has arrived at `POST /v1/inventory/holds` since the start or the last DELETE.
 *
 * - `requests`: the newest 100,000, in order of arrival, throttled and broken ones too. `at` is when it
 *   arrived, `body` the parsed JSON (`null` when there was none, or it was broken), `status` what was
 *   answered: `null` when the reply was dropped, the call hung or the gateway was down, and while the call is
 *   under way.
 * - `keys`: how many different keys have had their effect. One effect for each, so also: how many holds were
 *   taken.
 * - `repeats`: calls whose key had had its effect before; answered as before, nothing changed.
 * - `throttled`: how many were answered 429.
 * - `busiest_second`: the most requests that arrived within any one second, throttled ones included.
 */
export const listRequests =
  ({ warehouse }: Context): RequestHandler =>
  (_request, response) => {
    response.json(warehouse.report());
  };
