import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';

/**
 * `DELETE /__sim/requests` → 204: as if nothing had ever arrived. Deletes log, counts, keys and the limit's
 * window; the faults stay.
 */
export const deleteRequests =
  ({ warehouse }: Context): RequestHandler =>
  (_request, response) => {
    warehouse.clear();
    response.status(204).end();
  };
