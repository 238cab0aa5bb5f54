import { Router } from 'express';
import type { ApiContext } from '../context.ts';

/** `GET /metrics`, for Prometheus. */
export function serveMetrics({ metrics, gate }: ApiContext): Router {
  const router = Router();
  router.get('/metrics', gate.require('ops:read'), async (_request, response) => {
    const text = await metrics.metrics();
    response.setHeader('Content-Type', metrics.contentType);
    response.end(text);
  });
  return router;
}
