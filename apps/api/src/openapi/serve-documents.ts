import { Router } from 'express';
import swaggerUi from 'swagger-ui-express';
import type { Route } from '../http/route.ts';
import { sendJson } from '../http/send.ts';
import { describeApi } from './document.ts';

/** `GET /openapi.json`, and `GET /docs` to read it in a browser. */
export function serveDocuments(routes: readonly Route[]): Router {
  const document = describeApi(routes);
  const router = Router();
  router.get('/openapi.json', (_request, response) => sendJson(response, 200, document));
  router.use(
    '/docs',
    swaggerUi.serve,
    swaggerUi.setup(undefined, { swaggerOptions: { url: '/openapi.json' } }),
  );
  return router;
}
