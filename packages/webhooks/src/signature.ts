import { createHmac, randomBytes } from 'node:crypto';
import type { StoredTrace } from '@holdfast/contract';

/** The prefix of a secret, so that people and scanners recognise one (Standard Webhooks). */
const PREFIX = 'whsec_';
/** The specification wants 24 to 64. */
const SECRET_BYTES = 32;

/** How long a secret still signs, beside the new one, after it was rotated. */
export const ROTATION_HOURS = 24;

/** A new signing secret: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64');

/** One attempt to hand over a message. */
export interface SignedMessage {
  /** The same for every attempt: the event's id. */
  readonly id: string;
  /** Exactly as it is sent. */
  readonly body: string;
  /** Each signs, so that a consumer may know any one of them. */
  readonly secrets: readonly string[];
  /** The request that caused it, named in headers that the signature does not cover. */
  readonly trace?: Partial<StoredTrace>;
}

/**
 * The three headers of Standard Webhooks. The time is the attempt's: consumers refuse messages that are
 * minutes old, so a recorded message cannot be replayed.
 */
export function signatureHeaders(
  { id, body, secrets }: Omit<SignedMessage, 'trace'>,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const sign = (secret: string) =>
    `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(sign).join(' '),
  };
}
