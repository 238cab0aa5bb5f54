/**
 * The outcome of one call. A closed set, because the caller must decide about each: an outage is an answer
 * here, not an exception.
 *
 * - `accepted`: the gateway has it (now, or since an earlier call with the same key).
 * - `throttled`: over the gateway's limit; no worker may call again for `retryAfterMs`.
 * - `refused`: no connection could be made, so the request certainly never arrived.
 * - `failed`: all else. `status` is `null` when no whole answer came (timeout, dropped reply): the gateway
 *   may have acted, and only a call with the same key is safe.
 */
export type HoldOutcome = (
  | { readonly kind: 'accepted'; readonly status: number; readonly holdId: string }
  | { readonly kind: 'throttled'; readonly status: 429; readonly retryAfterMs: number }
  | { readonly kind: 'refused'; readonly status: null; readonly error: string }
  | { readonly kind: 'failed'; readonly status: number | null; readonly error: string }
) & {
  /** The first 1,000 characters of the answer, where one came. */
  readonly answer?: string;
};

/** We did not call: the calls are paused, the gateway is down, or no slot was granted in time. */
export interface Withheld {
  readonly kind: 'withheld';
  readonly reason: string;
}

/**
 * Whether the call counts towards `GATEWAY_MAX_ATTEMPTS`. A 429 and a refused connection do not: the gateway
 * has not processed the request, so a long outage must not use up the attempts of a correct sync.
 */
export function consumesAttempt(outcome: HoldOutcome): boolean {
  switch (outcome.kind) {
    case 'accepted':
    case 'failed':
      return true;
    case 'throttled':
    case 'refused':
      return false;
    default:
      return outcome satisfies never;
  }
}
