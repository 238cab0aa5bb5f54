import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The prefix of an encrypted secret in its column. A plain one begins with `whsec_`. */
const ENCRYPTED = 'aes256gcm:';

/** None of this process's keys decrypts a stored secret. */
export class SecretUnreadable extends Error {
  override name = 'SecretUnreadable';
}

/**
 * Encrypts signing secrets for the database with AES-256-GCM: `aes256gcm:` and the base64 of a random IV, the
 * tag and the ciphertext. The endpoint's id is authenticated with it, so a ciphertext that is copied to
 * another row decrypts to nothing.
 *
 * The first key encrypts, all of them decrypt. Without a key, secrets are stored as they are. Secrets that
 * are stored in plain text stay readable, with and without keys.
 */
export class SecretCipher {
  readonly #keys: readonly KeyObject[];

  /** @param keys each of 32 bytes, the newest first */
  constructor(keys: readonly KeyObject[]) {
    this.#keys = keys;
  }

  encrypt(secret: string, endpointId: string): string {
    const [key] = this.#keys;
    if (!key) return secret;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(endpointId));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return `${ENCRYPTED}${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64')}`;
  }

  /** @throws {SecretUnreadable} when no key fits */
  decrypt(stored: string, endpointId: string): string {
    if (!isEncrypted(stored)) return stored;
    for (const key of this.#keys) {
      const secret = decryptWith(key, stored, endpointId);
      if (secret !== null) return secret;
    }
    throw new SecretUnreadable(`SECRETS_KEY does not decrypt the secret of webhook endpoint ${endpointId}`);
  }

  /**
   * The same secret, encrypted with the newest key. A secret that has it already, or that no key decrypts, is
   * unchanged.
   */
  renew(stored: string, endpointId: string): string {
    const [newest] = this.#keys;
    if (!newest) return stored;
    if (isEncrypted(stored) && decryptWith(newest, stored, endpointId) !== null) return stored;
    try {
      return this.encrypt(this.decrypt(stored, endpointId), endpointId);
    } catch (error) {
      if (error instanceof SecretUnreadable) return stored;
      throw error;
    }
  }
}

const isEncrypted = (stored: string): boolean => stored.startsWith(ENCRYPTED);

/** Null: it was encrypted with another key, for another endpoint, or was changed. */
function decryptWith(key: KeyObject, stored: string, endpointId: string): string | null {
  const bytes = Buffer.from(stored.slice(ENCRYPTED.length), 'base64');
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(endpointId));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return null; // `final` throws when the tag does not fit
  }
}
