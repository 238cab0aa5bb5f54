/** Every bound of the ledger, with the reason for its number. */
export const LEDGER_LIMITS = {
  /** Lines of commands that may wait. At 5,000 a second this is a second of waiting: past it, refusing is kinder. */
  pendingLinesMax: 5_000,
  /** Lines that one batch decides. Larger batches hold their locks longer and gain nothing (docs/decisions/0002). */
  linesPerBatchMax: 400,
  /** Batches under way at once: while one commits, the next one locks and decides. */
  batchesInFlightMax: 2,
  /**
   * A second batch begins beside a first one only for so many commands. Two small ones cost more CPU than the overlap
   * gains: at 128 connections, 64 makes 1,000 SKUs 30% faster than 1 does (docs/decisions/0002).
   */
  overlapCommandsMin: 64,
  /** Or beside one that takes longer than batches do: it waits for a lock that those who come now may not need. */
  overlapAfterMs: 100,
  /** Connections for writing: for each batch one, and one to look up a lost COMMIT. */
  connectionsMax: 4,
  /** Tries of a batch that lost against another transaction. */
  triesMax: 4,
  /** Times that an optimistic batch may find that what it read has changed, before it takes the locks first. */
  overtakenMax: 3,
  /** First wait before a try; doubled each time, with jitter. */
  retryBaseMs: 10,
  /** Waiting for a lock longer than this means that something outside holds it. */
  lockTimeoutMs: 2_000,
  /** A batch that takes too long is halved for as long; then all that is left of it is refused. */
  halvingTimeMaxMs: 10_000,
  /** One whole transaction, and the wait for a connection before it. */
  transactionTimeoutMs: 8_000,
  /** A repair adds up all movements of its levels and reads every open reservation; whoever wants those levels is refused. */
  repairTimeoutMs: 60_000,
  connectionWaitMs: 2_000,
  /**
   * Due holds that a batch looks at to find those of the SKUs it wants, oldest first. Normally there are none or few. While
   * expiry lags far behind, only a batch that is short of something looks at more.
   */
  dueHoldsLookedAtMax: 1_000,
  dueHoldsLookedAtWhenShortMax: 20_000,
} as const;

/**
 * Session settings of the ledger's connections. Its statements are few, and each reads by index and a handful of rows.
 * Left alone, the planner would fix on a plan made while the tables were empty: a scan of the whole table, for ever.
 */
export const LEDGER_SETTINGS: Readonly<Record<string, string>> = {
  lock_timeout: `${LEDGER_LIMITS.lockTimeoutMs}ms`,
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};
