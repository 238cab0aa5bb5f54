/** Every bound of the hot path, with the reason for its number. Milliseconds, unless said otherwise. */
export const HOT_PATH_LIMITS = {
  /**
   * How long after it was read from PostgreSQL something may be answered. So long is the first commit of a
   * process delayed that cannot reach Redis, and so long may a change by other programs be overlooked. A
   * fail-over of Redis takes longer.
   */
  lifeMs: 500,
  /** An entry is read again when this much of its lifetime is left, so that a SKU in demand stays known. */
  renewMs: 250,
  /** A process with the grant to read that has not written the entry by then has died: another gets it. */
  readingMs: 2_000,
  /** By how much the clocks of processes may differ: they follow the database's (docs/decisions/0023). */
  clockErrorMs: 50,
  /** A mark without a sign of life from its writer ends after it. Longer than a transaction can be silent. */
  markMs: 10_000,
  /** How often the marks of a change that takes long are set again. */
  markAgainMs: 3_000,
  /**
   * After Redis has lost its data nothing is answered for so long: marks of commits under way may be lost.
   */
  afterLossMs: 10_000,
  /**
   * How long the hot path stays closed by the row in PostgreSQL, and how much of that time a commit needs.
   */
  closedMs: 15_000,
  closedMinMs: 5_000,
  /** A call waits so long for Redis, then PostgreSQL answers it. Busy processes are late by tens of them. */
  answerMs: 50,
  /** A commit waits so long for its mark. Longer than Redis and this process stall at times. */
  markAnswerMs: 250,
  connectMs: 1_000,
  /** So many calls in a row that Redis has not answered, and it is left alone for `restMs`. */
  failuresMax: 5,
  restMs: 1_000,
  /** Calls to Redis, or statements, at once: while they run, the next one gathers. */
  inFlightMax: 2,
  /** The most in one script call, and the most that may wait. More goes to PostgreSQL at once. A count. */
  gatheredMax: 200,
  waitingMax: 10_000,
  /** A repeat of a key comes in seconds. Later ones are answered from PostgreSQL, for 24 hours. */
  keptMs: 300_000,
  /** Characters of an outcome; longer ones are few. */
  keptLengthMax: 8_192,
  /** SKUs that this process has found sold out, and asks Redis about. A count. */
  soldOutMax: 10_000,
  /** Holds read that fall due within a lifetime. With more, fewer SKUs are known in advance. A count. */
  dueHoldsMax: 5_000,
  /** Cancelled orders read in one statement, and in all. With more, any order may count as cancelled. */
  ordersPage: 1_000,
  ordersMax: 4_000_000,
  /** After more than those. Retention deletes old orders. */
  tooManyRestMs: 600_000,
};
