import type { Database } from '@holdfast/db';
import type { SecretCipher } from './secret-cipher.ts';

/**
 * Encrypts secrets that are plain text or under an older key, and deletes previous ones that do not sign any
 * more. There are 50 endpoints at most. A secret that was rotated meanwhile stays for the next run.
 *
 * @returns how many endpoints have changed
 */
export async function renewStoredSecrets({ prisma }: Database, cipher: SecretCipher): Promise<number> {
  const rows = await prisma.$queryRaw<{ id: string; secret: string; previous: string | null }[]>`
    SELECT
      id,
      secret,
      CASE WHEN previous_secret_until > statement_timestamp() THEN previous_secret END AS previous
    FROM webhook_endpoints`;
  let renewed = 0;
  for (const { id, secret, previous } of rows) {
    const nextSecret = cipher.renew(secret, id);
    const nextPrevious = previous && cipher.renew(previous, id);
    renewed += await prisma.$executeRaw`
      UPDATE webhook_endpoints
      SET
        secret = ${nextSecret},
        previous_secret = ${nextPrevious},
        previous_secret_until = CASE WHEN ${nextPrevious}::text IS NOT NULL THEN previous_secret_until END
      WHERE id = ${id}::uuid
        AND secret = ${secret}
        AND (secret, previous_secret) IS DISTINCT FROM (${nextSecret}::text, ${nextPrevious}::text)`;
  }
  return renewed;
}
