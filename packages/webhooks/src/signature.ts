import { createHmac } from 'node:crypto';
import { keyOf } from './signing-secret.ts';

/** One attempt to hand over a message. */
export interface SignedMessage {
  /** The same for every attempt: the event's id. */
  readonly id: string;
  /** Exactly as it is sent. */
  readonly body: string;
  /** Each signs, so that a consumer may know any one of them. */
  readonly secrets: readonly string[];
}

/**
 * The three headers of Standard Webhooks. The time is that of the attempt: a consumer refuses what is older
 * than some minutes, so that a recorded message cannot be sent again later.
 */
export function signatureHeaders(
  { id, body, secrets }: SignedMessage,
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
