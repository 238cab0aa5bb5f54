import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Logger } from './logger.ts';

/** The key that encrypts, and the previous one during a replacement. */
const KEYS_MAX = 2;
/** 32 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{43}=$/;

/**
 * `SECRETS_KEY`: the key that encrypts secrets in the database, and behind it, with white space between them,
 * an older one that only decrypts. Problems name a key by its place: they are logged.
 */
export const secretsKeys = () =>
  z.string().transform((text, { issues }): readonly KeyObject[] => {
    const problem = (message: string) => issues.push({ code: 'custom', message, input: '(not shown)' });
    const keys = text.split(/\s+/).filter((key) => key !== '');
    if (keys.length < 1 || keys.length > KEYS_MAX) problem(`must have 1 to ${KEYS_MAX} keys`);
    for (const [index, key] of keys.entries()) {
      if (KEY.test(key)) continue;
      problem(`key ${index + 1}: must be 32 bytes in base64, from \`openssl rand -base64 32\``);
    }
    return keys.map((key) => createSecretKey(Buffer.from(key, 'base64')));
  });

/** With API keys, others than the person at this machine use the service, and its database has secrets. */
export function warnOfPlainSecrets(
  config: { readonly apiKeys: unknown; readonly secretsKeys: readonly KeyObject[] },
  log: Logger,
): void {
  if (config.apiKeys === null || config.secretsKeys.length > 0) return;
  log.warn('secrets.stored_plain', {
    reason: 'SECRETS_KEY is not set: the secrets of webhook endpoints are stored as plain text',
  });
}
