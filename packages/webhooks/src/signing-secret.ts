import { randomBytes } from 'node:crypto';

/** What a secret begins with, so that people and scanners know one when they see it (Standard Webhooks). */
const PREFIX = 'whsec_';
/** The specification wants 24 to 64. */
const SECRET_BYTES = 32;

/** How long a secret still signs, beside the new one, after it was rotated. */
export const ROTATION_HOURS = 24;

/** A new signing secret: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

/** The bytes that sign. */
export const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64');
