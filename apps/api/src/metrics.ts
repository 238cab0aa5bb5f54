import type { IncomingMessage, ServerResponse } from 'node:http';
import { Router } from 'express';
import { Histogram, type Registry } from 'prom-client';
import type { ApiContext } from './context.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A request on which is noted which route answers it. Express notes it so; the hot router does the same. */
export interface RoutedRequest extends IncomingMessage {
  route?: { readonly path: string };
  /** Where the router of that route is mounted, as Express notes it. */
  readonly baseUrl?: string;
}

/** Times every request by route (not by path: ids would make a series each), method and status. */
export function measureRequests(
  registry: Registry,
): (request: RoutedRequest, response: ServerResponse) => void {
  const duration = new Histogram({
    name: 'holdfast_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return (request, response) => {
    const started = performance.now();
    response.on('finish', () =>
      duration.observe(
        { method: request.method, route: labelOf(request), status: response.statusCode },
        (performance.now() - started) / 1000,
      ),
    );
  };
}

/** Express matches a mount path in any case: each spelling would make a series. */
const labelOf = ({ route, baseUrl = '' }: RoutedRequest): string =>
  route ? `${baseUrl.toLowerCase()}${route.path}` : 'none';

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
