import { setTimeout as wait } from 'node:timers/promises';
import { isTransactionOver, type Database } from '@holdfast/db';
import { within } from '@holdfast/runtime/bounded-waits';
import { LEDGER_LIMITS } from '../limits.ts';
import type { Written } from './commit-batch.ts';

/** Whether a batch was written. `unknown`: the lookup failed. */
export type Fate = 'written' | 'not written' | 'unknown';

/**
 * Looks up what became of a COMMIT whose answer was lost. First that the transaction is over, and then, by a
 * row that only this batch can have written, how it ended (docs/decisions/0010). Takes `lookUpTimeMaxMs` at
 * most, as its connection may hang too.
 */
export function lookUp(database: Database, lost: Written): Promise<Fate> {
  return within(LEDGER_LIMITS.lookUpTimeMaxMs, ask(database, lost), 'unknown');
}

async function ask(database: Database, lost: Written): Promise<Fate> {
  for (let tries = 1; tries <= LEDGER_LIMITS.triesMax; tries += 1) {
    try {
      if (await isTransactionOver(database.prisma, lost.reading.transactionId)) {
        return (await isWritten(database, lost)) ? 'written' : 'not written';
      }
    } catch {
      // Still away. The next try may reach it.
    }
    if (tries < LEDGER_LIMITS.triesMax) await wait(LEDGER_LIMITS.retryBaseMs * 5 * 2 ** tries);
  }
  return 'unknown';
}

/**
 * Every change has an event, or a movement for stock, or a new version for a reservation that only takes its
 * order or payment, and for one that is withdrawn before its create. What is only refused, or only stored for
 * an order, is kept for a key. A chunk of an import is counted, also where no row of it did anything. A
 * refusal may have been published before, by another batch: it says something only where it is all that there
 * was to write. Where a SKU stands is looked at again anyhow.
 */
async function isWritten({ prisma }: Database, { changes, kept, reading }: Written): Promise<boolean> {
  const [movement, key] = [changes.movements[0], kept[0]];
  const isOurs = changes.events[0] ?? movement ?? key;
  const chunk = isOurs ? undefined : changes.importedChunks[0]; // another batch may have counted it
  const event = changes.events[0] ?? (isOurs || chunk ? undefined : changes.refusals[0]);
  // If it has changed again since, the answer is "not written", and a repeat finds nothing to take.
  const taker = isOurs || chunk || event ? undefined : (changes.updated[0] ?? changes.created[0]);
  if (!isOurs && !chunk && !event && !taker) return true; // there was nothing to write
  const now = new Date(reading.now).toISOString();
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
          AND created_at = ${now}::timestamptz
      )
      OR EXISTS (
        SELECT FROM stock_imports
        WHERE id = ${chunk?.importId ?? null}::uuid
          AND chunks_applied >= ${chunk?.chunk ?? null}::integer
      )
      OR EXISTS (
        SELECT FROM reservations
        WHERE id = ${taker?.id ?? null}::uuid
          AND version = ${taker?.version ?? null}::integer
          AND updated_at = ${now}::timestamptz
      ) AS written`;
  if (!row) throw new Error('a look for a row returned no row');
  return row.written;
}
