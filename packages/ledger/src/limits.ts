import { PINNED_PLANS } from '@holdfast/db';

/** Every bound of the ledger, with the reason for its number. */
export const LEDGER_LIMITS = {
  /**
   * Lines of commands that may wait; more are refused (`LedgerOverloaded`, 503). At 5,000 a second this is a
   * second of waiting; more would only time out.
   */
  pendingLinesMax: 5_000,
  /** Lines of one batch. Larger ones hold their locks longer and gain nothing (docs/decisions/0002). */
  linesPerBatchMax: 400,
  /** Batches under way at once: while one commits, the next one locks and decides. */
  batchesInFlightMax: 2,
  /**
   * A second batch begins beside a first one only for so many commands. Two small ones cost more CPU than the
   * overlap gains: at 128 connections, 64 makes 1,000 SKUs 30% faster than 1 does (docs/decisions/0002).
   */
  overlapCommandsMin: 64,
  /** Or beside a batch that takes longer than usual: it waits for a lock that new commands may not need. */
  overlapAfterMs: 100,
  /** For writing: one for each batch, one to check locked rows, one to look up a lost COMMIT. */
  connectionsMax: 4,
  /** Tries of a batch that lost against another transaction. */
  triesMax: 4,
  /** First wait before a try; doubled each time, with jitter. */
  retryBaseMs: 10,
  /**
   * A batch that waits longer for one lock ends, and checks which rows other sessions keep locked
   * (docs/decisions/0024). Batches of two processes on one hot SKU wait 30 ms for each other, 100 ms on a
   * busy machine.
   */
  lockTimeoutMs: 200,
  /** Time between the two checks: a row that the same transaction has locked both times is kept locked. */
  lockLookAgainMs: 50,
  /** Not if that is a batch of this ledger, or an active batch of another one that began within this time. */
  ordinaryBatchMaxMs: 2_000,
  /** A batch whose process has sent no statement for so long is not active. */
  ordinaryIdleMaxMs: 500,
  /** If no row is kept locked, but several processes need the same rows, a batch waits for so long. */
  contendedLockTimeoutMs: 2_000,
  /** How often locked rows are checked. */
  lockedRowsLookMs: 100,
  /** Locked rows that are stored. Batches find further ones again. */
  lockedRowsMax: 2_000,
  /** Lines of commands that may wait for locked rows; above it, such a command is refused at once. */
  blockedLinesMax: 1_000,
  /** How long a command may wait for a locked row. Its HTTP caller gets its answer within 10 s. */
  blockedTimeMaxMs: 8_000,
  /**
   * A batch whose oldest command arrived so long ago is not tried again. A first try over a silent connection
   * takes 6 s (packages/db/src/connections/postgres-client.ts); with a second one its callers are answered
   * within 10 s.
   */
  retryTimeMaxMs: 6_500,
  /** A batch is always tried again for so long, however long it has waited: a conflict costs milliseconds. */
  retryTimeMinMs: 1_000,
  /** A command that has waited so long for its batch is refused: its caller is answered within 10 s. */
  pendingTimeMaxMs: 6_000,
  pendingSweepEveryMs: 500,
  /** Looking up what became of a COMMIT whose answer was lost. */
  lookUpTimeMaxMs: 3_000,
  /** How long a batch whose statements take too long is halved; then the rest of it is refused. */
  halvingTimeMaxMs: 10_000,
  /** No statement of a transaction begins later than this after its first. */
  transactionTimeoutMs: 8_000,
  /**
   * A batch of its own, which is a repair: it adds up all movements of its levels and reads every open
   * reservation. Commands that need those levels are refused.
   */
  ownBatchTimeoutMs: 60_000,
  /**
   * Due holds that a batch looks at to find those of the SKUs it wants, oldest first. Normally there are none
   * or few. While expiry lags far behind, only a batch that is short of something looks at more.
   */
  dueHoldsLookedAtMax: 1_000,
  dueHoldsLookedAtWhenShortMax: 20_000,
} as const;

/** Part of the `application_name` of every ledger, by which ledgers recognise each other's sessions. */
export const LEDGER_SESSION = 'ledger';

/** Session settings of the ledger's connections. */
export const LEDGER_SETTINGS: Readonly<Record<string, string>> = {
  lock_timeout: `${LEDGER_LIMITS.lockTimeoutMs}ms`,
  ...PINNED_PLANS,
};
