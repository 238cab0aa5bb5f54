import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { HoldOutcome, Withheld } from './hold-outcome.ts';

/**
 * So many calls in a row without an answer that is of use: the gateway is down. If a third of all calls fail
 * at random, that happens once in 60,000 calls; if all fail, it takes a fifth of a second.
 */
const FAILURES_IN_A_ROW = 10;

/** How long a gateway that is down is left alone before one call tries it again. */
const OPEN_MS = 5_000;

/** How soon to look again while a call is on trial. */
const TRIAL_LOOK_MS = 100;

export type Breaker = ReturnType<typeof createBreaker>;

/**
 * Stops the calls to a gateway that is down, for this process. Each open period ends with one call on trial:
 * if it comes through, all continue; if not, the next period begins.
 */
export function createBreaker(onChange: (isOpen: boolean) => void) {
  const policy = circuitBreaker(
    handleWhenResult((outcome) => isDown(outcome as HoldOutcome)),
    { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW) },
  );
  let openUntilMs = 0;
  let wasOpen = false;
  const tellIfChanged = (isOpen: boolean) => {
    if (isOpen !== wasOpen) onChange(isOpen);
    wasOpen = isOpen;
  };
  policy.onBreak(() => {
    openUntilMs = performance.now() + OPEN_MS; // after each call on trial that failed, too
    tellIfChanged(true);
  });
  policy.onReset(() => tellIfChanged(false));
  return {
    /** Makes the call and remembers how it ended; while it holds back, the call is withheld. */
    async run(call: () => Promise<HoldOutcome>): Promise<HoldOutcome | Withheld> {
      try {
        return await policy.execute(call);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        return { kind: 'withheld', reason: 'the gateway is down' };
      }
    },
    /** How long no call may start, in milliseconds; 0: now. */
    holdsBackMs(): number {
      if (policy.state === CircuitState.HalfOpen) return TRIAL_LOOK_MS;
      if (policy.state === CircuitState.Open) return Math.max(0, openUntilMs - performance.now());
      return 0;
    },
    isOpen: (): boolean => policy.state !== CircuitState.Closed,
  };
}

/** Whether the gateway is not there or not well. A 4xx is an answer: it says something of the request. */
function isDown(outcome: HoldOutcome): boolean {
  switch (outcome.kind) {
    case 'refused':
      return true;
    case 'failed':
      return outcome.status === null || outcome.status >= 500;
    case 'accepted':
    case 'throttled':
      return false;
    default:
      return outcome satisfies never;
  }
}
