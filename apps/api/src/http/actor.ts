import type { IncomingMessage } from 'node:http';
import { validationFailed } from './problem.ts';

/** 1 to 64 characters of ASCII, without a blank at either end, which every client can send in a header. */
const ACTOR = /^[!-~](?:[ -~]{0,62}[!-~])?$/;

const MARK = '/';

/**
 * The caller as movements, snapshots, imports and logs record it: the key's name or, with `X-Actor`, which
 * names the person or program behind a shared key, `key/actor`.
 *
 * @throws {Problem} `validation_failed`
 */
export function recordedCaller(keyName: string, { headers }: IncomingMessage): string {
  const actor = headers['x-actor'];
  if (actor === undefined) return keyName;
  if (typeof actor === 'string' && ACTOR.test(actor)) return keyName + MARK + actor;
  throw validationFailed('X-Actor', 'must have 1 to 64 ASCII characters, and no blank at either end');
}

/** The key's name, without the actor: all actors of a key share its limits and idempotency keys. */
export const keyNameOf = (caller: string): string => caller.split(MARK, 1)[0] ?? caller;
