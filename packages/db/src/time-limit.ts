import type { Database, Transaction } from './client.ts';

/**
 * Does `work` in one transaction that may take as long as `timeLimitMs`, in all and each statement: for the few things
 * that read a whole table. Connections keep their short limit for all else.
 */
export function withTimeLimit<Result>(
  { prisma }: Database,
  timeLimitMs: number,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(timeLimitMs)}, true)`;
      return work(tx);
    },
    { timeout: timeLimitMs },
  );
}
