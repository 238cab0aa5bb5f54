import { hash } from 'node:crypto';

/** The permanent name of a call: its caller, path and key, and a fingerprint of its content. */
export interface IdempotencyKey {
  /** The caller's key *name*, so that two callers' keys never meet. */
  readonly caller: string;
  readonly path: string;
  readonly key: string;
  /** Of the parsed request without the key. The same key with another fingerprint is refused. */
  readonly fingerprint: string;
  /** The fingerprint of an earlier release, without fields that it did not know. */
  readonly earlierFingerprint?: string;
}

/** A key with what its call is to be answered, now and when it is repeated. */
export interface KeptOutcome<Outcome = unknown> extends IdempotencyKey {
  readonly outcome: Outcome;
}

export function nameOf({ caller, path, key }: Omit<IdempotencyKey, 'fingerprint'>): string {
  return JSON.stringify([caller, path, key]);
}

/** The same for requests of the same content. @param body parsed, with its defaults */
export function fingerprintOf(body: unknown): string {
  return hash('sha256', canonicalJson(body), 'base64url');
}

/** JSON whose objects have their keys in order, and no key without a value. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join()}}`;
}
