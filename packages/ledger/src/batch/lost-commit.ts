import { setTimeout as wait } from 'node:timers/promises';
import { isTransactionOver, type Database } from '@holdfast/db';
import { LEDGER_LIMITS } from '../limits.ts';
import type { CommitLost, Committed } from './commit-batch.ts';

/** What became of a batch: it is written, nothing of it is, or nobody could say. */
export type Fate = 'written' | 'not written' | 'unknown';

/**
 * Looks up what became of a COMMIT whose answer was lost. First that the transaction is over, and then, by a row that
 * only this batch can have written, how it ended (docs/decisions/0010).
 */
export async function lookUp(database: Database, lost: CommitLost): Promise<Fate> {
  for (let tries = 1; tries <= LEDGER_LIMITS.triesMax; tries += 1) {
    try {
      if (await isTransactionOver(database.prisma, lost.transactionId)) {
        return (await isWritten(database, lost.committed)) ? 'written' : 'not written';
      }
    } catch {
      // Still away. The next try may reach it.
    }
    if (tries < LEDGER_LIMITS.triesMax) await wait(LEDGER_LIMITS.retryBaseMs * 5 * 2 ** tries);
  }
  return 'unknown';
}

/**
 * Whatever changes is an event, or, of stock, a movement; what is only refused, or only remembered of an order, is kept for a key. A
 * chunk of an import is counted, also where no row of it did anything. A refusal may have been told before, by another
 * batch: it says something only where it is all that there was to write. Where a SKU stands is looked at again anyhow.
 */
async function isWritten({ prisma }: Database, { changes, kept, now }: Committed): Promise<boolean> {
  const [movement, key] = [changes.movements[0], kept[0]];
  const isOurs = changes.events[0] ?? movement ?? key;
  const chunk = isOurs ? undefined : changes.importedChunks[0]; // somebody else may have counted it
  const event = changes.events[0] ?? (isOurs || chunk ? undefined : changes.refusals[0]);
  if (!isOurs && !chunk && !event) return true; // there was nothing to write
  const [row] = await prisma.$queryRaw<{ written: boolean }[]>`
    SELECT
      EXISTS (SELECT FROM events WHERE id = ${event?.id ?? null}::uuid)
      OR EXISTS (SELECT FROM stock_movements WHERE id = ${movement?.id ?? null}::uuid)
      OR EXISTS (
        SELECT FROM idempotency_keys
        WHERE caller = ${key?.caller ?? null}
          AND path = ${key?.path ?? null}
          AND key = ${key?.key ?? null}
          AND fingerprint = ${key?.fingerprint ?? null}
          AND created_at = ${new Date(now).toISOString()}::timestamptz
      )
      OR EXISTS (
        SELECT FROM stock_imports
        WHERE id = ${chunk?.importId ?? null}::uuid
          AND chunks_applied >= ${chunk?.chunk ?? null}::integer
      ) AS written`;
  if (!row) throw new Error('a look for a row answered nothing');
  return row.written;
}
