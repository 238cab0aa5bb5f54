import type { IncomingMessage } from 'node:http';

/** This machine, by a name or an address that no name server answers for. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** What a caller can do about it, in processes that accept keys. */
export const WITHOUT_KEYS = 'This applies as long as there are no API_KEYS.';

/**
 * Why a request is refused by a server that asks for no key; null: it is not. Such a server listens on a
 * loopback address, but every page in a browser of this machine can send requests there:
 *
 * - from another site. Browsers send the origin in `Sec-Fetch-Site` or `Origin`, which no page can forge;
 * - from a site whose name was made to lead to this machine (DNS rebinding). Then `Host` has that name.
 *
 * Clients that are no browsers send neither header, and `Host` as they were given it.
 *
 * @param isOwnName whether a `Host`, without its port, is one of this server's
 */
export function foreignRequest({ headers }: IncomingMessage, isOwnName = isLoopback): string | null {
  const { host, origin } = headers;
  const site = headers['sec-fetch-site'];
  if (host !== undefined && !isOwnName(withoutPort(host))) {
    return 'Only requests for localhost or 127.0.0.1 are answered, not for another Host.';
  }
  const isCrossSite =
    site === undefined ? origin !== undefined && !isSameHost(origin, host) : site === 'cross-site';
  return isCrossSite ? 'A page of another site may not send requests.' : null;
}

const withoutPort = (host: string): string => host.replace(/:\d{1,5}$/, '');

/** Ports do not count, as in `Sec-Fetch-Site`. `null` and a text that is not a URL count as another host. */
const isSameHost = (origin: string, host: string | undefined): boolean =>
  host !== undefined && URL.canParse(origin) && new URL(origin).hostname === withoutPort(host.toLowerCase());
