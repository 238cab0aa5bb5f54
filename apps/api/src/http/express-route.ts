import type { Router } from 'express';
import type { AccessControl } from './access-control.ts';
import { answer } from './answer.ts';
import { patternOf, type Route } from './route.ts';

/** Adds a route to an Express router, which finds it and catches what it throws. */
export function addToExpress(router: Router, route: Route, accessControl: AccessControl): void {
  router[route.method](patternOf(route), async (request, response) => {
    const caller = await accessControl.callerFor(route, request, response);
    await answer(route, request, response, request, caller);
  });
}
