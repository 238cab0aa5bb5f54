import express, { Router, type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { ApiContext } from './context.ts';
import type { AnswerError } from './http/answer-error.ts';
import { STRANGER } from './http/gate.ts';
import { mount } from './http/mount.ts';
import { Problem } from './http/problem.ts';
import type { Route } from './http/route.ts';
import { serveDocuments } from './openapi/serve-documents.ts';
import { serveBoard } from './ops/board.ts';
import { serveMetrics } from './ops/metrics.ts';

/** The Express door, from top to bottom: what is open to everybody, the board, which asks in its own way, and the rest. */
export function createApp(context: ApiContext, all: readonly Route[], onError: AnswerError): Express {
  const { gate } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  // Express answers OPTIONS by itself on every path it knows; the contract has no such call.
  app.options(/.*/, gate.handler(), answerNotFound);

  const open = strictRouter();
  for (const route of all) if (route.scope === null) mount(open, route, () => STRANGER);
  app.use(open);
  app.use(serveDocuments(all, context.config));
  app.use('/ops/queues', serveBoard(context), answerNotFound);

  // Nobody gets past this line unknown: not to a path that does not exist, and not to one that is added below.
  app.use(gate.handler());
  app.use(guardedRoutes(context, all));
  app.use(serveMetrics(context));
  app.use(answerNotFound);
  const errorHandler: ErrorRequestHandler = (error, request, response, _next) =>
    onError(error, request, response);
  app.use(errorHandler);
  return app;
}

const strictRouter = () => Router({ caseSensitive: true, strict: true });

function guardedRoutes({ gate }: ApiContext, all: readonly Route[]): Router {
  const router = strictRouter();
  const guarded = all.filter(({ scope }) => scope !== null);
  const [named, parametrised] = [guarded.filter(isNamed), guarded.filter((route) => !isNamed(route))];
  for (const route of named) mount(router, route, (request) => gate.callerOf(request));
  // Another method on such a path is no call: it must not be taken for an id in a path with parameters.
  for (const { path } of named) router.all(path, answerNotFound);
  for (const route of parametrised) mount(router, route, (request) => gate.callerOf(request));
  return router;
}

/** Whether its path has no parameters. */
const isNamed = ({ path }: Route) => !path.includes('{');

const answerNotFound: RequestHandler = (request, _response, next) => {
  next(new Problem('not_found', `There is nothing at ${request.method} ${request.path}.`));
};
