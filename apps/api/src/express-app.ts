import express, { Router, type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { ApiContext } from './context.ts';
import { answer } from './http/answer.ts';
import { answerError } from './http/answer-error.ts';
import { beginRequests } from './http/begin-request.ts';
import { parseQuery } from './http/parse-query.ts';
import { Problem } from './http/problem.ts';
import { hasParameters, patternOf, type Route } from './http/route.ts';
import { serveMetrics } from './metrics.ts';
import { serveDocuments } from './openapi/serve-documents.ts';
import { serveReference } from './openapi/serve-reference.ts';
import { serveBoard } from './operations/board.ts';
import { serveConsole } from './operations/serve-console.ts';
import { serveIndex } from './operations/serve-index.ts';
import { serveProblemPages } from './problems/serve-problem-pages.ts';
import { routes } from './routes.ts';

/** What the Express app shares with a router ahead of it. Made once for each registry of metrics. */
export function createAppParts(context: ApiContext) {
  const onError = answerError(context.log, context.config.publicUrl);
  return { routes: routes(context), begin: beginRequests(context, onError), onError };
}

/** The whole API as an Express app, from top to bottom. It needs no router ahead of it. */
export function createApp(context: ApiContext, parts = createAppParts(context)): Express {
  const { accessControl } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', parseQuery);
  app.use((request, response, next) => {
    if (parts.begin(request, response)) next();
  });
  // Express answers OPTIONS by itself on every path it knows; the contract has no such call.
  app.options(/.*/, accessControl.requireKey(), answerNotFound);

  const open = strictRouter();
  for (const route of parts.routes) if (route.scope === null) addToExpress(open, route, context);
  app.use(open);
  app.use(serveDocuments(parts.routes, context.config));
  app.use('/console', serveConsole(), answerNotFound);
  app.use(serveReference());
  app.use(serveProblemPages(context.config));
  app.use('/ops/queues', serveBoard(context), answerNotFound);

  // All further paths need a known caller: those that do not exist, and those that are added below.
  app.use(accessControl.requireKey());
  app.use(guardedRoutes(context, parts.routes));
  app.use(serveIndex());
  app.use(serveMetrics(context));
  app.use(answerNotFound);
  const errorHandler: ErrorRequestHandler = (error, request, response, _next) =>
    parts.onError(error, request, response);
  app.use(errorHandler);
  return app;
}

const strictRouter = () => Router({ caseSensitive: true, strict: true });

function guardedRoutes(context: ApiContext, all: readonly Route[]): Router {
  const router = strictRouter();
  const guarded = all.filter(({ scope }) => scope !== null);
  const fixed = guarded.filter((route) => !hasParameters(route));
  for (const route of fixed) addToExpress(router, route, context);
  // Another method on such a path is not a call, and must not match a path with parameters as an id.
  for (const { path } of fixed) router.all(path, answerNotFound);
  for (const route of guarded) if (hasParameters(route)) addToExpress(router, route, context);
  return router;
}

/** The router catches what the route throws. */
function addToExpress(router: Router, route: Route, context: ApiContext): void {
  const { accessControl, sources } = context;
  const { publicUrl } = context.config;
  router[route.method](patternOf(route), async (request, response) => {
    const caller = await accessControl.callerFor(route, request, response);
    await answer(route, request, response, request, { caller, sources, publicUrl });
  });
}

const answerNotFound: RequestHandler = (request, _response, next) => {
  next(
    new Problem('not_found', `There is nothing at ${request.method} ${request.path}: /docs lists all calls.`),
  );
};
