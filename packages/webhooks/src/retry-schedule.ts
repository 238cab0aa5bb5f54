const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits after the first, second, … failed attempt; after the last of them, it again and again. */
const WAITS_MS: readonly number[] = [
  SECOND_MS,
  5 * SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
];

/** A tenth more or less, so that attempts that failed together are not repeated together. */
const JITTER = 0.1;

/** The longest `Retry-After` of an endpoint that is honoured. */
const RETRY_AFTER_MAX_MS = HOUR_MS;

/** After this many failed attempts in a row, of any events, an endpoint rests. */
export const FAILURES_UNTIL_REST = 10;
/** So long at most: an endpoint that was repaired is found within a minute. */
const REST_MAX_MS = MINUTE_MS;

export interface FailedAttempt {
  /** How many there were, with this one. */
  readonly attempts: number;
  /** Since the first of them. */
  readonly sinceFirstMs: number;
  /** The wait that the endpoint asked for. */
  readonly retryAfterMs: number | null;
}

/** Milliseconds until the next attempt; null: `giveUpMs` from the first attempt are over by then. */
export function nextAttemptInMs(
  { attempts, sinceFirstMs, retryAfterMs }: FailedAttempt,
  giveUpMs: number,
  random: () => number = Math.random,
): number | null {
  const asked = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS);
  const waitMs = Math.max(asked, jittered(waitAfter(attempts), random));
  return sinceFirstMs + waitMs > giveUpMs ? null : waitMs;
}

/** How long an endpoint rests after so many failed attempts in a row; null: it does not. */
export function restMs(failuresInARow: number, random: () => number = Math.random): number | null {
  if (failuresInARow < FAILURES_UNTIL_REST) return null;
  return jittered(Math.min(REST_MAX_MS, waitAfter(failuresInARow - FAILURES_UNTIL_REST + 1)), random);
}

const waitAfter = (attempts: number): number => WAITS_MS[attempts - 1] ?? WAITS_MS.at(-1) ?? HOUR_MS;

const jittered = (ms: number, random: () => number): number =>
  Math.round(ms * (1 - JITTER + 2 * JITTER * random()));
