import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';
import { faultScript } from '../faults.ts';
import { readJsonBody } from '../json-body.ts';
import { parseOrRefuse } from '../problems.ts';

/**
 * `GET /__sim/requests`: requests to `POST /v1/inventory/holds` since the start or the last DELETE.
 *
 * - `requests`: the newest 100,000, in order of arrival, throttled and broken ones too. `at` is the time of
 *   arrival. `body` is the parsed JSON: `null` if it was missing or broken. `status` is the answer's: `null`
 *   if the reply was dropped, the call hung or the gateway was down, and while the call is under way.
 * - `keys`: how many different keys have had their effect. Each has one effect, so this is also the number of
 *   holds taken.
 * - `repeats`: calls whose key had had its effect before; answered as before, nothing changed.
 * - `throttled`: how many were answered 429.
 * - `busiest_second`: the most requests that arrived within any one second, throttled ones included.
 */
export const listRequests =
  ({ warehouse }: Context): RequestHandler =>
  (_request, response) => {
    response.json(warehouse.report());
  };

/** `DELETE /__sim/requests` → 204: deletes log, counts, keys and the limit's window; the faults stay. */
export const deleteRequests =
  ({ warehouse }: Context): RequestHandler =>
  (_request, response) => {
    warehouse.clear();
    response.status(204).end();
  };

/**
 * `PUT /__sim/faults` → 200 with the whole script. A fault that is not named is off, so `{}` ends all. Calls
 * under way keep the script that they began with.
 */
export const putFaults =
  (context: Context): RequestHandler =>
  async (request, response) => {
    context.faults = parseOrRefuse(faultScript, await readJsonBody(request, response));
    context.log.info('faults.set', { ...context.faults });
    response.json(context.faults);
  };

/** `GET /healthz` and `GET /readyz`: it has no dependencies, so it is ready while it runs. */
export const getHealth: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};
