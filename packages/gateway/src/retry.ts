import { consumesAttempt, type HoldOutcome } from './outcome.ts';

/**
 * When a call is tried again: a random time up to 1 s, doubled for each attempt, at most a minute ("full jitter", Marc Brooker,
 * Exponential Backoff And Jitter, 2015). Eight attempts span about a minute on average.
 */
const FIRST_MS = 1_000;
const CAP_MS = 60_000;

/** Nobody listens there. It costs no attempt, so it may be asked often. */
const REFUSED_MS = 2_000;

/** What an outcome means for the sync that was told. */
export type Verdict =
  | { readonly state: 'succeeded'; readonly status: number }
  | { readonly state: 'failed'; readonly status: number | null; readonly error: string }
  | {
      readonly state: 'pending';
      readonly status: number | null;
      readonly error: string;
      readonly retryInMs: number;
      /** Whether it counts towards the attempts. */
      readonly counts: boolean;
    };

/**
 * @param attempt number of this attempt, from 1, since the sync was made or last tried again by hand
 * @param attemptsMax after so many that count, the sync has failed
 */
export function judge(outcome: HoldOutcome, attempt: number, attemptsMax: number): Verdict {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'succeeded', status: outcome.status };
    case 'throttled':
      return later(outcome, 'throttled', outcome.retryAfterMs);
    case 'refused':
      return later(outcome, outcome.error, REFUSED_MS);
    case 'failed':
      return attempt >= attemptsMax
        ? { state: 'failed', status: outcome.status, error: outcome.error }
        : later(outcome, outcome.error, Math.random() * Math.min(CAP_MS, FIRST_MS * 2 ** (attempt - 1)));
    default:
      return outcome satisfies never;
  }
}

/** In whole milliseconds: the row keeps them as an integer. */
function later(outcome: HoldOutcome & { status: number | null }, error: string, retryInMs: number): Verdict {
  return {
    state: 'pending',
    status: outcome.status,
    error,
    retryInMs: Math.ceil(retryInMs),
    counts: consumesAttempt(outcome),
  };
}
