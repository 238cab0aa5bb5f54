import type { RequestHandler } from 'express';

/**
 * `GET /healthz` and `GET /readyz`: it needs nothing but itself, so to live is to be ready, scripted faults
 * or not.
 */
export const getHealth: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};
