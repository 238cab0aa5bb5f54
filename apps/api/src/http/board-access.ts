import type { IncomingMessage } from 'node:http';
import { basicPassword, bearerKey, type Scope } from '@holdfast/runtime';
import type { AccessControl, Credentials } from './access-control.ts';
import { Problem } from './problem.ts';

/** The scopes with which a key opens Bull Board, and uses its buttons. */
export const BOARD_SCOPE: Scope = 'ops:read';
const ACTION_SCOPE: Scope = 'ops:write';

/** A browser asks its user for a name, which is ignored, and a password, which is the key. */
export const boardCredentials: Credentials = {
  read: (request) => bearerKey(request) ?? basicPassword(request),
  challenge: 'Basic realm="Holdfast", charset="UTF-8"',
  howTo: 'Send a valid API key: as the password, with any user name, or as a Bearer key.',
  isPrompt: true,
};

/**
 * Whether the caller sees Bull Board with its buttons. Without `ops:write` no request passes that may change
 * something.
 *
 * @throws {Problem} `forbidden`
 */
export function mayAct(accessControl: AccessControl, request: IncomingMessage): boolean {
  // Without keys callers cannot be distinguished: all may see the board, and none may act.
  const isAllowed = accessControl.hasKeys && accessControl.callerOf(request).scopes.has(ACTION_SCOPE);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    if (!isAllowed)
      throw new Problem('forbidden', `Acting on queues takes a key with the scope ${ACTION_SCOPE}.`);
    requireOwnPage(request);
  }
  return isAllowed;
}

/**
 * A browser sends a password with every request to this address, also from pages of other sites. So a request
 * with a password must come from our own page, which browsers say in headers that no page can forge.
 *
 * @throws {Problem} `forbidden`
 */
function requireOwnPage(request: IncomingMessage): void {
  if (basicPassword(request) === null) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  // Sec-Fetch-Site is sent over https only. A proxy may have ended TLS, so only hosts are compared.
  const isOwn = site === undefined ? origin !== undefined && hostOf(origin) === host : site === 'same-origin';
  if (!isOwn) {
    throw new Problem(
      'forbidden',
      'A password acts from a page of this server only. Scripts send a Bearer key.',
    );
  }
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
