import { Router } from 'express';
import type { ApiContext } from '../context.ts';

/** `GET /metrics`, for Prometheus. */
export function serveMetrics({ metrics, accessControl }: ApiContext): Router {
  const router = Router();
  router.get('/metrics', accessControl.requireKeyWith('ops:read'), async (_request, response) => {
    const text = await metrics.metrics();
    response.setHeader('Content-Type', metrics.contentType);
    response.end(text);
  });
  return router;
}
