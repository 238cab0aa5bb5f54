import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ServerResponse } from 'node:http';
import express, { Router, type RequestHandler } from 'express';
import { allowConsole } from '../http/security-headers.ts';

/** The console as built by `npm start`, by `npm run api`, or in the image. */
const BUILT = join(__dirname, '../../../console/dist');

/** The mark in the built page that each answer replaces with its nonce (apps/console/vite.config.ts). */
const NONCE_PLACE = '@@nonce@@';

/** The names of assets change with their content. */
const ASSETS_KEPT_MS = 365 * 24 * 3_600_000;

/**
 * The operators' console: one page for all its addresses, and hashed assets. The files need no key: the data
 * that they show comes from calls that need one.
 */
export function serveConsole(built = BUILT): Router {
  const router = Router();
  const nonces = new WeakMap<ServerResponse, string>();
  const giveNonce: RequestHandler = (_request, response, next) => {
    nonces.set(response, randomBytes(16).toString('base64'));
    next();
  };
  const nonceOf = (response: ServerResponse) => nonces.get(response) ?? '';
  router.use(giveNonce, allowConsole(nonceOf));
  router.use(
    '/assets',
    chooseCompressed(join(built, 'assets')),
    express.static(join(built, 'assets'), {
      fallthrough: true,
      immutable: true,
      index: false,
      maxAge: ASSETS_KEPT_MS,
      redirect: false,
    }),
  );
  router.get(/^(?!\/assets\/)/, (_request, response, next) => {
    const page = readPage(built);
    if (page === null) {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-store');
    response.type('html').send(page.replaceAll(NONCE_PLACE, nonceOf(response)));
  });
  return router;
}

/** As the build compresses assets (apps/console/vite.config.ts), the smallest first. */
const COMPRESSED = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const ASSET = /^\/[\w.-]+\.(?:js|css|svg)$/;

/** Leads to the file that the build has compressed, if the client takes it. Each has a tag of its own. */
function chooseCompressed(assets: string): RequestHandler {
  return (request, response, next) => {
    const { path } = request;
    response.vary('Accept-Encoding');
    const [encoding, suffix] =
      COMPRESSED.find(
        ([each, suffix]) =>
          ASSET.test(path) && request.acceptsEncodings(each) && existsSync(join(assets, path + suffix)),
      ) ?? [];
    if (encoding) {
      request.url = path + suffix;
      response.setHeader('Content-Encoding', encoding);
      response.type(extname(path));
    }
    next();
  };
}

/** Read anew each time: 1 KB, and a build while the API runs counts at once. Null: it is not built. */
function readPage(built: string): string | null {
  try {
    return readFileSync(join(built, 'index.html'), 'utf8');
  } catch {
    return null;
  }
}
