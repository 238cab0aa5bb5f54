import type { Database, Transaction } from './database.ts';
import { RAISE_TIME_LIMIT } from './connections/postgres-client.ts';

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
export async function raiseTimeLimit(tx: Transaction, timeLimitMs: number): Promise<void> {
  await tx.$executeRawUnsafe(RAISE_TIME_LIMIT, String(timeLimitMs)); // a constant, with one parameter
}
