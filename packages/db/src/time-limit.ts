import { sql, type Database, type Transaction } from './database.ts';
import { RAISE_TIME_LIMIT } from './connections/postgres-client.ts';
import type { SqlRunner } from './raw-transaction.ts';

/**
 * Does `work` in one transaction that may take as long as `timeLimitMs`, in all and each statement: for the
 * few things that read a whole table. Connections keep their short limit for all else.
 */
export function withTimeLimit<Result>(
  { prisma }: Database,
  timeLimitMs: number,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return prisma.$transaction(
    async (tx) => {
      await raiseTimeLimit(tx, timeLimitMs);
      return work(tx);
    },
    { timeout: timeLimitMs },
  );
}

/** Sets the limit of each statement of this transaction, on the server and in the client. */
export async function raiseTimeLimit(tx: SqlRunner, timeLimitMs: number): Promise<void> {
  await tx.$executeRaw(sql(RAISE_TIME_LIMIT.split('$1'), String(timeLimitMs)));
}
