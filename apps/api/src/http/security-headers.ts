import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** For this host only: its subdomains may belong to others. */
const strictTransportSecurity = { includeSubDomains: false };

/**
 * The headers of every answer; only `allowPage` lets one be a page. Without a page six of helmet's twelve
 * headers have a meaning.
 */
const ofAnswers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  strictTransportSecurity,
  xFrameOptions: { action: 'deny' },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
});

export function secureAnswer(request: IncomingMessage, response: ServerResponse): void {
  ofAnswers(request, response, throwIt);
}

function throwIt(error?: unknown): void {
  if (error) throw error;
}

/**
 * For the pages (`/docs`, `/ops/queues`): scripts are files of this server, styles may be inline. No
 * `upgrade-insecure-requests`: a page that came without TLS has assets without it.
 */
export const allowPage = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'self'"],
        fontSrc: ["'self'", 'data:'],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
      },
    },
    strictTransportSecurity,
    xFrameOptions: { action: 'deny' },
  });

/**
 * For the console: its scripts and styles are files of this server, and it may call this server only. The
 * component library adds style sheets while the page runs; these carry the nonce of the page.
 */
export const allowConsole = (nonceOf: (response: ServerResponse) => string): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response)}'`],
      },
    },
    strictTransportSecurity,
    xFrameOptions: { action: 'deny' },
  });
