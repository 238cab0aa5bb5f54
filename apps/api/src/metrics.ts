import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Times every request by route (not by path: ids would make a series each), method and status. */
export function measureRequests(registry: Registry): RequestHandler {
  const duration = new Histogram({
    name: 'holdfast_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return (request, response, next) => {
    const started = performance.now();
    response.once('finish', () => {
      const route: unknown = request.route;
      const path = route && typeof route === 'object' && 'path' in route ? String(route.path) : 'none';
      duration.observe(
        { method: request.method, route: path, status: response.statusCode },
        (performance.now() - started) / 1000,
      );
    });
    next();
  };
}
