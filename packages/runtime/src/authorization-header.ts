import type { IncomingMessage } from 'node:http';

const BEARER = /^bearer +([\x21-\x7e]{1,256})$/i;
const BASIC = /^basic +([A-Za-z0-9+/]{1,1024}={0,2})$/i;

/** The key in `Authorization: Bearer <key>`; null when there is none, or two such headers. */
export function bearerKey(request: IncomingMessage): string | null {
  return BEARER.exec(authorizationOf(request))?.[1] ?? null;
}

/** The password in `Authorization: Basic <user:password>` for any user; null when there is none. */
export function basicPassword(request: IncomingMessage): string | null {
  const encoded = BASIC.exec(authorizationOf(request))?.[1];
  if (encoded === undefined) return null;
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return password ?? null;
}

const NAME = 'authorization';

/** If there are two, Node keeps the first, but a proxy might have checked the second. */
function authorizationOf({ headers, rawHeaders }: IncomingMessage): string {
  let sent = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === NAME.length && name.toLowerCase() === NAME) sent += 1;
  }
  return sent === 1 ? (headers.authorization ?? '') : '';
}
