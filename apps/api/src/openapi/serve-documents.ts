import { createHash } from 'node:crypto';
import { describeEvents, jsonSchemas, type Publisher } from '@holdfast/events';
import { Router, type RequestHandler } from 'express';
import type { NamedRoute } from '../http/route.ts';
import { describeApi } from './document.ts';

/**
 * The documents of calls and events. They are made at the first request: making them takes as long as the
 * rest of a start.
 */
export function serveDocuments(routes: readonly NamedRoute[], publisher: Publisher): Router {
  const router = Router();
  router.get(
    '/openapi.json',
    serveJson(() => describeApi(routes, publisher.publicUrl)),
  );
  router.get(
    '/asyncapi.json',
    serveJson(() => describeEvents(publisher)),
  );
  serveSchemas(router, publisher);
  return router;
}

/** The JSON Schemas of events, each where its `$id` says, and a list of them. */
function serveSchemas(router: Router, publisher: Publisher): void {
  const schemas = onceAsked(() => jsonSchemas(publisher));
  const answers = onceAsked(
    () => new Map([...schemas()].map(([name, schema]) => [name, serveJson(() => schema, SCHEMA_TYPE)])),
  );
  const list = () => [...schemas()].map(([name, { $id, description }]) => ({ name, description, url: $id }));
  router.get(
    '/schemas',
    serveJson(() => ({ data: list() })),
  );
  router.get('/schemas/:name.json', (request, response, next) => {
    const answer = answers().get(request.params.name);
    if (answer) answer(request, response, next);
    else next();
  });
}

const SCHEMA_TYPE = 'application/schema+json; charset=utf-8';

/**
 * Answers with one document. It is serialized once: text made for each request would take as much memory as
 * clients ask for and do not read.
 */
function serveJson(make: () => unknown, contentType = 'application/json; charset=utf-8'): RequestHandler {
  const document = onceAsked(() => {
    const bytes = Buffer.from(JSON.stringify(make()));
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
  });
  return (request, response) => {
    const { bytes, etag } = document();
    response.setHeader('ETag', etag);
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    response.setHeader('Content-Type', contentType);
    response.end(bytes);
  };
}

/** The value of `make`, which is called at most once. */
export function onceAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
