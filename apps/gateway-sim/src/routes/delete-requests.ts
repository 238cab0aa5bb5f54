import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';

/**
 * `DELETE /__sim/requests` → 204: a clean slate, as if nothing had ever arrived. Log, counts, keys and the limit's window
 * are forgotten; the faults stay.
 */
export const deleteRequests =
  ({ warehouse }: Context): RequestHandler =>
  (_request, response) => {
    warehouse.forget();
    response.status(204).end();
  };
