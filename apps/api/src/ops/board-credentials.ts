import type { IncomingMessage } from 'node:http';
import { basicPassword, bearerKey } from '@holdfast/runtime';
import type { Credentials } from '../http/gate.ts';
import { Problem } from '../http/problem.ts';

/** A browser asks its user for a name, which is not looked at, and a password, which is the key. */
export const boardCredentials: Credentials = {
  read: (request) => bearerKey(request) ?? basicPassword(request),
  challenge: 'Basic realm="Holdfast", charset="UTF-8"',
  howTo: 'Send an API key that is known here: as the password, with any user name, or as a Bearer key.',
};

/**
 * A browser sends the password that it has once been given with every request to this address, also when a page of somebody
 * else makes it. So what comes with a password must come from a page of ours; browsers say so in one of these headers, and
 * no page can forge them. A script has no page: it sends the key as a Bearer key.
 *
 * @throws {Problem} `forbidden`
 */
export function requireOwnPage(request: IncomingMessage): void {
  if (basicPassword(request) === null) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  // Sec-Fetch-Site is sent to https and localhost only. A proxy may have taken TLS off, so only the hosts are compared.
  const isOwn = site === undefined ? origin !== undefined && hostOf(origin) === host : site === 'same-origin';
  if (!isOwn) {
    throw new Problem(
      'forbidden',
      'A password acts from a page of this server only. Scripts send a Bearer key.',
    );
  }
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
