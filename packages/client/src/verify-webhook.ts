import type { HoldfastEvent } from './follow-events.ts';

export interface ReceivedWebhook {
  /** The body exactly as it came, not parsed and written again. */
  readonly payload: string | Uint8Array;
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** `whsec_…` of the endpoint; both, while the secret is replaced. */
  readonly secret: string | readonly string[];
  /** How old or new the signature may be. Default: 300. */
  readonly toleranceSeconds?: number | undefined;
}

/** The request is not one that Holdfast has signed, or it is too old: answer 400. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

/** Three times as many as a sender signs with while it replaces a secret. */
const SIGNATURES_MAX = 6;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/**
 * The event of a request that Holdfast has signed (Standard Webhooks). The same event may come several times:
 * its `id` identifies it.
 *
 * @throws {WebhookVerificationError}
 */
export async function verifyWebhook({
  payload,
  headers,
  secret,
  toleranceSeconds = 300,
}: ReceivedWebhook): Promise<HoldfastEvent> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !timestamp || !signatures) throw new WebhookVerificationError('A webhook header is missing');
  const ageSeconds = Date.now() / 1_000 - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || Math.abs(ageSeconds) > toleranceSeconds) {
    throw new WebhookVerificationError('The signature is too old, or from the future');
  }
  const body = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  for (const each of [secret].flat()) {
    const key = await crypto.subtle.importKey('raw', keyOf(each), HMAC, false, ['verify']);
    for (const signature of signatures.split(' ').slice(0, SIGNATURES_MAX)) {
      const bytes = signature.startsWith('v1,') ? fromBase64(signature.slice('v1,'.length)) : null;
      if (bytes && (await crypto.subtle.verify('HMAC', key, bytes, signed))) {
        return JSON.parse(new TextDecoder().decode(body));
      }
    }
  }
  throw new WebhookVerificationError('No signature is of this secret');
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string | null | undefined {
  if (headers instanceof Headers) return headers.get(name);
  const value = Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : value?.[0];
}

/** @throws {TypeError} for a secret that was not copied whole */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const key = secret.startsWith('whsec_') ? fromBase64(secret.slice('whsec_'.length)) : null;
  if (!key) throw new TypeError('secret must be the whole secret of the endpoint: whsec_…');
  return key;
}

/** Null: it is not Base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
