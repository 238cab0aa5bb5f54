import type { Queryable } from './database.ts';
import { sqlStateOf } from './database-error.ts';

/** invalid_parameter_value: "transaction ID … is in the future". */
const IN_THE_FUTURE = '22023';

/**
 * Whether a transaction is over: nothing of it can be written any more. How it ended cannot be found by its
 * id: in a crash PostgreSQL loses the ids that never reached its log and gives them to other transactions,
 * whose end `pg_xact_status` then returns. An id that has not been given again yet is "in the future".
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
