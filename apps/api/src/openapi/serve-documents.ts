import { Router } from 'express';
import swaggerUi from 'swagger-ui-express';
import type { Route } from '../http/route.ts';
import { allowPage } from '../http/security-headers.ts';
import { sendJson } from '../http/send.ts';
import { describeApi } from './document.ts';

/** `GET /openapi.json`, and `GET /docs` to read it in a browser. */
export function serveDocuments(routes: readonly Route[]): Router {
  const document = describeApi(routes);
  const router = Router();
  router.get('/openapi.json', (_request, response) => sendJson(response, 200, document));
  // The page answers at its own path only: what is missing among its assets is not found, like anything else.
  router.use('/docs', allowPage(), swaggerUi.serve);
  // No validator: Swagger UI would send the address of this server to one on the internet.
  const swaggerOptions = { url: '/openapi.json', validatorUrl: null };
  router.get('/docs', swaggerUi.setup(undefined, { swaggerOptions }));
  return router;
}
