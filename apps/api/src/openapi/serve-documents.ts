import { describeEvents, jsonSchemas, type Publisher } from '@holdfast/events';
import { Router } from 'express';
import swaggerUi from 'swagger-ui-express';
import type { Route } from '../http/route.ts';
import { allowPage } from '../http/security-headers.ts';
import { sendJson } from '../http/send.ts';
import { describeApi } from './document.ts';

/**
 * The documents of calls and events, and `GET /docs`, which shows calls in a browser. They are made at the
 * first request: making them takes as long as the rest of a start.
 */
export function serveDocuments(routes: readonly Route[], publisher: Publisher): Router {
  const router = Router();
  router.get('/', (_request, response) => sendJson(response, 200, INDEX));
  const calls = onceAsked(() => describeApi(routes));
  router.get('/openapi.json', (_request, response) => sendJson(response, 200, calls()));
  const events = onceAsked(() => describeEvents(publisher));
  router.get('/asyncapi.json', (_request, response) => sendJson(response, 200, events()));
  serveSchemas(router, publisher);
  // The page answers at its own path only: what is missing among its assets is not found, like anything else.
  router.use('/docs', allowPage(), swaggerUi.serve);
  // No validator: Swagger UI would send the address of this server to one on the internet.
  const swaggerOptions = { url: '/openapi.json', validatorUrl: null };
  router.get('/docs', swaggerUi.setup(undefined, { swaggerOptions }));
  return router;
}

/** The JSON Schemas of events, each where its `$id` says, and a list of them. */
function serveSchemas(router: Router, publisher: Publisher): void {
  const schemas = onceAsked(() => jsonSchemas(publisher));
  router.get('/schemas', (_request, response) => {
    const list = [...schemas()].map(([name, { $id, description }]) => ({ name, description, url: $id }));
    sendJson(response, 200, { data: list });
  });
  router.get('/schemas/:name.json', ({ params }, response, next) => {
    const schema = schemas().get(params.name);
    if (schema) sendJson(response, 200, schema, {}, 'application/schema+json; charset=utf-8');
    else next();
  });
}

/** What a person finds who opens the address of the service. */
const INDEX = {
  service: 'holdfast',
  reference: '/docs',
  openapi: '/openapi.json',
  asyncapi: '/asyncapi.json',
  event_schemas: '/schemas',
  queues: '/ops/queues',
  health: '/healthz',
  readiness: '/readyz',
  metrics: '/metrics',
};

/** The value of `make`, which is called at most once. */
function onceAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
