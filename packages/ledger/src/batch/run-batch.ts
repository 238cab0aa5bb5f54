import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '@holdfast/db';
import { LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from '../ledger-errors.ts';
import { LEDGER_LIMITS } from '../limits.ts';
import type { Run, RunOptions } from './batch-run.ts';
import { commitBatch, type BatchEnd, type FailureReason, type Written } from './commit-batch.ts';
import type { Entry } from './entry.ts';
import { lookUp } from './lost-commit.ts';
import { findKeptRows, nameOfRow, rowsHeldBy, type LockedRow } from './locked-rows.ts';
import { findBlocked, rowsWantedBy } from './wanted-rows.ts';

/**
 * Runs a batch to its end, through all failures:
 *
 * - lost against another transaction, or the connection broke before COMMIT: again, up to `triesMax` and
 *   until its oldest entry is `retryTimeMaxMs` old, with exponential backoff and full jitter;
 * - waited too long for a lock: it continues without the entries that need a row which another session keeps
 *   locked (docs/decisions/0024); or, where another batch of this ledger has the lock, when that one has
 *   ended;
 * - COMMIT's answer was lost: its result is looked up (lost-commit.ts);
 * - an error that no retry can solve, or too much to do in time: the batch is halved until the command that
 *   fails is alone, so that it does not make others fail;
 * - decided on rows that have changed since (overtaken.ts): again at once, with the locks of reservations
 *   first, for as long as any other try;
 * - something was short while more holds are due than were read: once more, reading more of them.
 *
 * Never throws.
 */
export async function runBatch<Some extends Entry>(
  database: Database,
  entries: readonly Some[],
  options: RunOptions<Some>,
): Promise<void> {
  const run: Run<Some> = {
    database,
    options,
    giveUpAt: options.giveUpAt ?? performance.now() + LEDGER_LIMITS.halvingTimeMaxMs,
    lastTryAt: lastTryAt(options.waitingSince),
    entries,
    lockTimeoutMs: null,
    dueHoldsMax: LEDGER_LIMITS.dueHoldsLookedAtMax,
    overtaken: 0,
    tries: 1,
    place: null,
  };
  while (run.entries.length > 0) {
    await setBlockedAside(run);
    const end = run.entries.length > 0 ? await attempt(run) : null;
    run.place?.giveUp();
    run.place = null;
    if (end) await advance(run, end);
  }
}

/** The time that entries have waited counts, so that their callers are answered within 10 s. */
function lastTryAt(waitingSince: number): number {
  const { retryTimeMaxMs, retryTimeMinMs } = LEDGER_LIMITS;
  return Math.max(waitingSince + retryTimeMaxMs, performance.now() + retryTimeMinMs);
}

/** One step: the run is over when it has no entries left. */
async function advance<Some extends Entry>(run: Run<Some>, end: BatchEnd): Promise<void> {
  switch (end.kind) {
    case 'committed':
      return finish(run, end.written);
    case 'overtaken':
      run.overtaken += 1;
      run.options.observer.overtaken?.();
      if (performance.now() >= run.lastTryAt) {
        return refuse(run, new LedgerOverloaded('what it was decided on changed each time'));
      }
      return;
    case 'more_may_be_due':
      run.dueHoldsMax = LEDGER_LIMITS.dueHoldsLookedAtWhenShortMax;
      return;
    case 'commit_lost': {
      const fate = await lookUp(run.database, end.written);
      if (fate === 'written') return finish(run, end.written);
      const cause = { cause: end.error };
      if (fate === 'unknown') return refuse(run, new OutcomeUnknown('the answer to COMMIT was lost', cause));
      return afterFailure(run, 'commit_lost', end.error);
    }
    case 'failed':
      return afterFailure(run, end.reason, end.error);
    default:
      return end satisfies never;
  }
}

async function afterFailure<Some extends Entry>(
  run: Run<Some>,
  reason: FailureReason | 'commit_lost',
  error: unknown,
): Promise<void> {
  const { entries, tries } = run;
  const isHalf = run.options.giveUpAt !== undefined;
  run.options.observer.tryFailed?.({ reason, tries, error });
  const cause = { cause: error };
  switch (reason) {
    case 'data':
    case 'other':
      return entries.length > 1 ? halve(run) : refuse(run, asError(error));
    case 'timeout':
      // Half of it may be done in time. A single command that takes too long will not be faster.
      if (entries.length > 1 && performance.now() < run.giveUpAt) return halve(run);
      return refuse(run, new LedgerOverloaded('the batch could not be written in time', cause));
    case 'locked':
      if (await findWhatIsLocked(run)) return;
      // The wait is for a lock that the checks cannot see, such as a key that is being inserted.
      if ((tries > 1 || isHalf) && run.lockTimeoutMs === null && entries.length > 1) return halve(run);
      return tryAgain(run, new LedgerOverloaded('what it needs is locked', cause));
    case 'conflict':
    case 'busy':
    case 'key_taken':
      return tryAgain(run, new LedgerOverloaded('the batch could not be written in time', cause));
    case 'unreachable':
    case 'connection':
    case 'commit_lost':
      return tryAgain(run, new LedgerUnavailable('the database cannot be reached', cause));
    case 'read_only':
      return tryAgain(run, new LedgerUnavailable('the database cannot be written to', cause));
    default:
      return reason satisfies never;
  }
}

/**
 * Finds out, after a wait for a lock was too long, which rows other sessions keep locked. If another batch of
 * this ledger has them locked, it waits for the end of that batch.
 *
 * @returns whether to try again at once: without some entries, without due holds that need such rows, or with
 * no other batch
 */
async function findWhatIsLocked<Some extends Entry>(run: Run<Some>): Promise<boolean> {
  const { database, entries, dueHoldsMax, options } = run;
  const lockedRows = options.locks.rows;
  const place = options.keepPlace();
  try {
    const rows = await rowsWantedBy(database.prisma, entries, { dueHoldsMax, lockedRows });
    const { kept, areContended, areOwn } = await findKeptRows(database, rows);
    options.locks.add(kept);
    if (areContended) run.lockTimeoutMs = LEDGER_LIMITS.contendedLockTimeoutMs;
    const before = new Set(lockedRows.map(nameOfRow));
    const isNews = (row: LockedRow) => !before.has(nameOfRow(row)) && options.locks.has(nameOfRow(row));
    if (kept.some(isNews) && performance.now() < run.giveUpAt) return true;
    const waitMaxMs = run.lastTryAt - performance.now();
    if (kept.length > 0 || !(areOwn || place.hasOtherEnded) || waitMaxMs <= 0) return false;
    // Batches that begin later would overtake it again and again.
    await place.untilAlone(waitMaxMs);
    run.lockTimeoutMs = null;
    run.place = place;
    return true;
  } catch {
    // A whole table may be locked: then all batches have to wait.
    run.lockTimeoutMs = LEDGER_LIMITS.contendedLockTimeoutMs;
    return false;
  } finally {
    if (run.place !== place) place.giveUp();
  }
}

/**
 * While rows are known to be locked: leaves out the entries that need one of them, or another row with the
 * same holder. So a session that has locked many rows delays others once.
 */
async function setBlockedAside<Some extends Entry>(run: Run<Some>): Promise<void> {
  const { database, options, entries, dueHoldsMax } = run;
  const { prisma } = database;
  const lockedRows = options.locks.rows;
  if (lockedRows.length === 0) return;
  try {
    const holders = [...new Set(lockedRows.map(({ holder }) => holder))];
    const rows = await rowsWantedBy(prisma, entries, { dueHoldsMax, lockedRows });
    options.locks.add(await rowsHeldBy(prisma, holders, rows));
    const blocked = await findBlocked(prisma, entries, options.locks.rows);
    if (blocked.size === 0) return;
    run.entries = entries.filter((entry) => !blocked.has(entry));
    options.onBlocked(blocked);
  } catch {
    // The database is away, or a whole table is locked: the try will fail for that.
  }
}

async function attempt<Some extends Entry>({
  database,
  entries,
  options,
  ...how
}: Run<Some>): Promise<BatchEnd> {
  const started = performance.now();
  const end = await commitBatch(database, entries, {
    ...how,
    locksFirst: how.overtaken > 0,
    lockedRows: options.locks.rows,
    fence: options.fence,
  });
  const tookMs = performance.now() - started;
  options.observer.tried?.({ tookMs, isCommitted: end.kind === 'committed' });
  return end;
}

async function tryAgain<Some extends Entry>(run: Run<Some>, otherwise: Error): Promise<void> {
  const isLast = run.tries >= LEDGER_LIMITS.triesMax || performance.now() >= run.lastTryAt;
  if (isLast) return refuse(run, otherwise);
  await wait(Math.random() * LEDGER_LIMITS.retryBaseMs * 2 ** run.tries);
  run.tries += 1;
}

async function halve<Some extends Entry>(run: Run<Some>): Promise<void> {
  const { database, entries, options, giveUpAt } = run;
  const middle = Math.ceil(entries.length / 2);
  for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
    await runBatch(database, half, { ...options, giveUpAt });
  }
  run.entries = [];
}

function finish<Some extends Entry>(run: Run<Some>, written: Written): void {
  const { entries } = run;
  run.entries = [];
  run.options.onCommitted({ entries, written });
}

function refuse<Some extends Entry>(run: Run<Some>, error: Error): void {
  const { entries } = run;
  run.entries = [];
  run.options.onFailed(entries, error);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
