import type { ServerResponse } from 'node:http';
import { routeOf, type NotedRequest } from '@holdfast/runtime';
import { Router } from 'express';
import { Histogram, type Registry } from 'prom-client';
import type { ApiContext } from './context.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Times every request by route (not by path: ids would make a series each), method and status. */
export function measureRequests(
  registry: Registry,
): (request: NotedRequest, response: ServerResponse, tookMs: number) => void {
  const duration = new Histogram({
    name: 'holdfast_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return (request, response, tookMs) =>
    duration.observe(
      { method: request.method, route: routeOf(request) ?? 'none', status: response.statusCode },
      tookMs / 1000,
    );
}

/** `GET /metrics`, for Prometheus. */
export function serveMetrics({ metrics, accessControl }: ApiContext): Router {
  const router = Router();
  router.get('/metrics', accessControl.requireKey('ops:read'), async (_request, response) => {
    const text = await metrics.metrics();
    response.setHeader('Content-Type', metrics.contentType);
    response.end(text);
  });
  return router;
}
