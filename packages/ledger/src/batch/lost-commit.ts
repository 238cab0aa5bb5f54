import { setTimeout as wait } from 'node:timers/promises';
import { isTransactionOver, type Database } from '@holdfast/db';
import type { Changes } from '@holdfast/domain';
import { LEDGER_LIMITS } from '../limits.ts';
import type { CommitLost } from './commit-batch.ts';

/** What became of a batch: it is written, nothing of it is, or nobody could say. */
export type Fate = 'written' | 'not written' | 'unknown';

/**
 * Looks up what became of a COMMIT whose answer was lost. First that the transaction is over, and then, by a row that
 * only this batch can have written, how it ended.
 *
 * A batch that has written no such row has changed nothing but kept outcomes for keys: deciding it again finds those.
 */
export async function lookUp(database: Database, lost: CommitLost): Promise<Fate> {
  for (let tries = 1; tries <= LEDGER_LIMITS.triesMax; tries += 1) {
    try {
      if (await isTransactionOver(database.prisma, lost.transactionId)) {
        return (await isWritten(database, lost.committed.changes)) ? 'written' : 'not written';
      }
    } catch {
      // Still away. The next try may reach it.
    }
    await wait(LEDGER_LIMITS.retryBaseMs * 5 * 2 ** tries);
  }
  return 'unknown';
}

/** Whatever changes is an event, or, of stock that was set, a movement. */
async function isWritten({ prisma }: Database, { events, movements }: Changes): Promise<boolean> {
  const [row] = await prisma.$queryRaw<{ written: boolean }[]>`
    SELECT
      EXISTS (SELECT FROM events WHERE id = ${events[0]?.id ?? null}::uuid)
      OR EXISTS (SELECT FROM stock_movements WHERE id = ${movements[0]?.id ?? null}::uuid) AS written`;
  if (!row) throw new Error('a look for a row answered nothing');
  return row.written;
}
