import type { IdempotencyKey } from './idempotency-key.ts';

// The same key with another request is refused: for commands by the ledger (replay.ts, keys-in-flight.ts),
// for other calls by idempotency-store.ts.

/**
 * Whether the later of two calls with the same key is a repeat, which gets the same outcome. Earlier releases
 * kept incoming events without a fingerprint, or without fields that they did not know: their repeats are
 * repeats.
 */
export const isRepeat = (
  later: Pick<IdempotencyKey, 'fingerprint' | 'earlierFingerprint'>,
  { fingerprint }: Pick<IdempotencyKey, 'fingerprint'>,
): boolean =>
  later.fingerprint === fingerprint || fingerprint === '' || later.earlierFingerprint === fingerprint;

/** The detail of the refusal of a call that is no repeat. */
export const REUSED_KEY_DETAIL =
  'This idempotency key was used with another request. Use a new key for a new request.';

/** The key was used with another request. */
export class IdempotencyKeyReused extends Error {
  override name = 'IdempotencyKeyReused';

  constructor() {
    super(REUSED_KEY_DETAIL);
  }
}
