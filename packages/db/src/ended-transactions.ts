import type { Queryable } from './client.ts';
import { sqlStateOf } from './database-error.ts';

/** invalid_parameter_value: "transaction ID … is in the future". */
const IN_THE_FUTURE = '22023';

/**
 * Whether a transaction is over: nothing of it can be written any more. It does not say how it ended, because that cannot
 * be asked by its id: in a crash PostgreSQL forgets the ids that never reached its log and gives them to others, and
 * `pg_xact_status` tells what became of those. An id that has not been given again yet is "in the future".
 */
export async function isTransactionOver(db: Queryable, transactionId: string): Promise<boolean> {
  try {
    const [row] = await db.$queryRaw<{ status: string | null }[]>`
      SELECT pg_xact_status(${transactionId}::xid8) AS status`;
    return row?.status !== 'in progress';
  } catch (error) {
    if (sqlStateOf(error) === IN_THE_FUTURE) return true;
    throw error;
  }
}
