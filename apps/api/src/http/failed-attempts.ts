import { hash } from 'node:crypto';
import { retryAfter } from '@holdfast/contract';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from './problem.ts';

/** A person who mistypes, or a deployment with the wrong key, tries a few times. */
const FAILURES_MAX = 20;
const WINDOW_SECONDS = 60;
/** The number of counters, which addresses share: an attacker with many addresses cannot fill memory. */
const COUNTERS = 4_096;

/**
 * Counts requests without a good key by address. Past the limit each ends its connection. A good key is
 * always let in: behind a balancer all teams share an address. Keys are too long to guess
 * (docs/decisions/0015).
 */
export class FailedAttempts {
  readonly #limiter: RateLimiterMemory;

  constructor(failuresMax = FAILURES_MAX) {
    this.#limiter = new RateLimiterMemory({ points: failuresMax, duration: WINDOW_SECONDS });
  }

  /**
   * What to answer: `refusal`, or `rate_limited` from the 21st failure in a minute on.
   *
   * @param isPrompt the refusal has a browser ask for a key: it is answered each time. Other programs of the
   *   same address must not take that away, and a browser would remember a password that got no 401
   */
  async answerTo(address: string, refusal: Problem, isPrompt: boolean): Promise<Problem> {
    try {
      await this.#limiter.consume(counterOf(address));
      return refusal;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      if (isPrompt) return unauthorized(refusal.message, { ...refusal.headers, Connection: 'close' });
      return new Problem('rate_limited', 'Too many requests without a good key came from there.', {
        headers: { ...retryAfter(error.msBeforeNext / 1_000), Connection: 'close' },
      });
    }
  }
}

export const unauthorized = (howTo: string, headers: Readonly<Record<string, string>>): Problem =>
  new Problem('unauthorized', howTo, { headers });

const counterOf = (address: string): number => hash('sha256', address, 'buffer').readUInt32BE() % COUNTERS;
