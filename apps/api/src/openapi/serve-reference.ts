import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Router, type RequestHandler } from 'express';
import { allowPage } from '../http/security-headers.ts';
import { onceAsked } from './serve-documents.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Holdfast reference</title>
</head>
<body>
<noscript>This page needs JavaScript. The document itself is at <a href="openapi.json">openapi.json</a>.</noscript>
<div id="app"></div>
<script src="docs/scalar.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/**
 * Nothing is loaded from elsewhere, sent elsewhere, or kept when the tab is closed. The clients are those
 * that readers of this API use.
 */
const START = `Scalar.createApiReference('#app', {
  url: 'openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  documentDownloadType: 'json',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  hiddenClients: {
    c: true, clojure: true, csharp: true, dart: true, fsharp: true, http: true, java: true, kotlin: true,
    objc: true, ocaml: true, php: true, powershell: true, r: true, ruby: true, rust: true, swift: true,
    js: ['axios', 'jquery', 'ofetch', 'xhr'], node: ['axios', 'ofetch', 'undici'],
    shell: ['httpie', 'wget'], go: true, python: ['python3', 'httpx_sync', 'httpx_async', 'aiohttp'],
  },
});
`;

/**
 * Scalar’s script of 4 MB, for browsers, from the smallest package that has it. One of its libraries tests
 * whether it may run `eval`. The policy refuses that, with an error in the browser’s console.
 */
function readScalar(): string {
  const folder = dirname(require.resolve('@scalar/fastify-api-reference'));
  return readFileSync(join(folder, 'js', 'standalone.js'), 'utf8').replaceAll('new Function("")', 'null.no');
}

/** `GET /docs`, which shows the calls in a browser and sends them. Needs no key, and no other host. */
export function serveReference(): Router {
  const router = Router({ strict: true });
  router.use('/docs', allowPage());
  router.get(
    '/docs',
    serveText('text/html', () => PAGE),
  );
  router.get('/docs/', (_request, response) => response.redirect(301, '../docs'));
  router.get(
    '/docs/start.js',
    serveText('text/javascript', () => START),
  );
  router.get('/docs/scalar.js', serveText('text/javascript', readScalar));
  return router;
}

/** Answers with one text, which is read and compressed at the first request. */
function serveText(type: string, read: () => string): RequestHandler {
  const made = onceAsked(() => {
    const plain = Buffer.from(read());
    const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
    return { plain, packed: gzipSync(plain), etag };
  });
  return (request, response) => {
    const { plain, packed, etag } = made();
    response.setHeader('ETag', etag);
    response.setHeader('Vary', 'Accept-Encoding');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    response.setHeader('Content-Type', `${type}; charset=utf-8`);
    const isPacked = request.acceptsEncodings('gzip', 'identity') === 'gzip';
    if (isPacked) response.setHeader('Content-Encoding', 'gzip');
    response.end(isPacked ? packed : plain);
  };
}
