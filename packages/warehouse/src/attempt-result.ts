import { consumesAttempt, type HoldOutcome } from './hold-outcome.ts';

/**
 * When a call is tried again: a random time up to 1 s, two and a half times as much for each attempt ("full
 * jitter", Marc Brooker, Exponential Backoff And Jitter, 2015). Eight attempts take 3 minutes on average, so
 * that an outage of one minute fails no sync. With doubled waits they would take one minute.
 */
const FIRST_MS = 1_000;
const GROWTH = 2.5;

/** The connection was refused. It costs no attempt, so it may be tried often. */
const REFUSED_MS = 2_000;

/** How an attempt ended for its sync. */
export type AttemptResult =
  | { readonly state: 'succeeded'; readonly status: number }
  | { readonly state: 'failed'; readonly status: number | null; readonly error: string }
  | {
      readonly state: 'pending';
      readonly status: number | null;
      readonly error: string;
      readonly retryInMs: number;
      /** Whether it counts towards the gateway's attempts. */
      readonly counts: boolean;
    };

export interface RetryRules {
  /** After so many attempts that count, the sync has failed. */
  readonly attemptsMax: number;
  /** Longest time between two attempts. */
  readonly backoffMaxMs: number;
}

/**
 * The new state of a sync after an outcome.
 *
 * @param attempt number of this attempt, from 1, since the sync was made or last tried again by hand
 */
export function judge(outcome: HoldOutcome, attempt: number, rules: RetryRules): AttemptResult {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'succeeded', status: outcome.status };
    case 'throttled':
      return later(outcome, 'throttled', outcome.retryAfterMs);
    case 'refused':
      return later(outcome, outcome.error, REFUSED_MS);
    case 'failed':
      return attempt >= rules.attemptsMax
        ? { state: 'failed', status: outcome.status, error: outcome.error }
        : later(outcome, outcome.error, Math.random() * backoffMs(attempt, rules));
    default:
      return outcome satisfies never;
  }
}

const backoffMs = (attempt: number, { backoffMaxMs }: RetryRules): number =>
  Math.min(backoffMaxMs, FIRST_MS * GROWTH ** (attempt - 1));

/** In whole milliseconds: the row keeps them as an integer. */
function later(
  outcome: HoldOutcome & { status: number | null },
  error: string,
  retryInMs: number,
): AttemptResult {
  return {
    state: 'pending',
    status: outcome.status,
    error,
    retryInMs: Math.ceil(retryInMs),
    counts: consumesAttempt(outcome),
  };
}
