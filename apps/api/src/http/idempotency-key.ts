import type { IncomingMessage } from 'node:http';
import { fingerprintOf, type IdempotencyKey } from '@holdfast/idempotency';
import { keyNameOf } from './actor.ts';
import { validationFailed } from './problem.ts';

const KEY_MAX = 255;

/**
 * The key in the header, quoted (as in the IETF draft) or bare. Sent twice, it must be the same.
 *
 * @throws {Problem} `validation_failed`
 */
export function readKeyHeader(request: IncomingMessage): string | null {
  // Node joins repeated headers with a comma; the distinct ones cost one more pass over all headers.
  const joined = request.headers['idempotency-key'];
  if (joined === undefined) return null;
  const values = joined.includes(',') ? request.headersDistinct['idempotency-key'] : [joined].flat();
  const [sent = '', ...others] = new Set(values);
  const text = sent.trim();
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  const fault = others.length > 0 ? 'is sent twice, with two values: send one key' : faultOfKey(key);
  if (fault !== null) throw validationFailed('Idempotency-Key', fault);
  return key;
}

/** A blank is no visible character, but within a key version 1 has always accepted it. */
const PLAIN_KEY = /^[ -~]+$/;

function faultOfKey(key: string): string | null {
  if (key === '')
    return `is empty: send 1 to ${KEY_MAX} visible ASCII characters, such as a UUID, or no header`;
  if (key.length > KEY_MAX) return `has ${key.length} characters, and may have ${KEY_MAX} at most`;
  return PLAIN_KEY.test(key) ? null : 'must have visible ASCII characters only, such as a UUID';
}

/** Header and body may both carry the key; they must agree. */
export function agreeOnKey(header: string | null, body: string | undefined): string | null {
  if (header !== null && body !== undefined && header !== body) {
    throw validationFailed('idempotency_key', 'must be the same as the Idempotency-Key header, or absent');
  }
  return header ?? body ?? null;
}

/**
 * Names a keyed call. The fingerprint is of the parsed body with its defaults, so spelling does not matter.
 */
export function nameCall(call: {
  readonly caller: string;
  readonly path: string;
  readonly key: string | null;
  readonly body: unknown;
}): IdempotencyKey | null {
  if (call.key === null) return null;
  return {
    caller: keyNameOf(call.caller),
    path: call.path,
    key: call.key,
    fingerprint: fingerprintOf(call.body),
  };
}
