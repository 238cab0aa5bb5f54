import { Router } from 'express';
import { sendJson } from '../http/send.ts';

const INDEX = {
  service: 'holdfast',
  console: '/console',
  reference: '/docs',
  openapi: '/openapi.json',
  asyncapi: '/asyncapi.json',
  event_schemas: '/schemas',
  problems: '/problems',
  queues: '/ops/queues',
  health: '/healthz',
  readiness: '/readyz',
  metrics: '/metrics',
};

/** `GET /`: links for a person who opens the address of the service. */
export function serveIndex(): Router {
  const router = Router();
  router.get('/', (_request, response) => sendJson(response, 200, INDEX));
  return router;
}
