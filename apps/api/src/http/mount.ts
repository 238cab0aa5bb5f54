import type { Caller } from '@holdfast/runtime';
import type { Request, Router } from 'express';
import { answer } from './answer.ts';
import type { Route } from './route.ts';

/** The Express door: Express finds the route, and catches what is thrown. */
export function mount(router: Router, route: Route, callerOf: (request: Request) => Caller): void {
  const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
  router[route.method](path, (request, response) =>
    answer(route, request, response, request, callerOf(request)),
  );
}
