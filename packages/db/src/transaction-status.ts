import type { Queryable } from './client.ts';

/** What became of a transaction by its id. Null: too old to be known. */
export async function readTransactionStatus(
  db: Queryable,
  transactionId: string,
): Promise<'committed' | 'aborted' | 'in progress' | null> {
  const [row] = await db.$queryRaw<{ status: 'committed' | 'aborted' | 'in progress' | null }[]>`
    SELECT pg_xact_status(${transactionId}::xid8) AS status`;
  return row?.status ?? null;
}
