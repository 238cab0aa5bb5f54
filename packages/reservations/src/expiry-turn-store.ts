import { sqlStateOf, type Database, type Transaction } from '@holdfast/db';

/** SQLSTATE of lock_not_available. */
const LOCK_NOT_AVAILABLE = '55P03';
/** How long a transaction may take in all. Its owner ends its turn long before. */
const TRANSACTION_MAX_MS = 120_000;
/** While `work` waits for the ledger: PostgreSQL ends a session after 5 s without a statement. */
const KEEP_EVERY_MS = 2_000;

/**
 * Runs `work` while no other session gives due holds back: two that read the same holds waste half of their
 * work (docs/decisions/0024). The turn is an advisory lock of the transaction that `work` reads with, so it
 * is free when its process ends, or is silent for `idle_in_transaction_session_timeout`.
 *
 * @param waitMs how long to wait for the turn
 * @returns null: another session has it
 */
export async function inExpiryTurn<Result>(
  { prisma }: Database,
  waitMs: number,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result | null> {
  let hasTurn = false;
  try {
    return await prisma.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT set_config('lock_timeout', ${String(waitMs)}, true)`;
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('expiry turn', 0))::text`;
        hasTurn = true;
        return keptAlive(tx, work(tx));
      },
      { timeout: TRANSACTION_MAX_MS },
    );
  } catch (error) {
    if (!hasTurn && sqlStateOf(error) === LOCK_NOT_AVAILABLE) return null;
    throw error;
  }
}

async function keptAlive<Result>(tx: Transaction, work: Promise<Result>): Promise<Result> {
  // An error shows in the next read.
  const timer = setInterval(() => void tx.$queryRaw`SELECT 1`.catch(() => {}), KEEP_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
