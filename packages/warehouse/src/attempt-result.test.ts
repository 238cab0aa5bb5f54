import type { HoldOutcome } from './hold-outcome.ts';
import { judge } from './attempt-result.ts';

const RULES = { attemptsMax: 8, backoffMaxMs: 60_000 };
const failed: HoldOutcome = { kind: 'failed', status: 503, error: 'busy' };

describe('a call that failed', () => {
  test.each([1, 2, 3, 4, 5, 6, 7])('is tried again after attempt %d, within its growing bound', (attempt) => {
    const waits = Array.from({ length: 200 }, () => judge(failed, attempt, RULES)).map((verdict) =>
      verdict.state === 'pending' && verdict.counts ? verdict.retryInMs : Number.NaN,
    );
    expect(Math.max(...waits)).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2.5 ** (attempt - 1)));
    expect(waits.every(Number.isInteger)).toBe(true);
    expect(new Set(waits).size).toBeGreaterThan(50);
  });

  test('has failed for good with its last attempt', () => {
    expect(judge(failed, 8, RULES)).toEqual({ state: 'failed', status: 503, error: 'busy' });
  });
});

test.each([
  [{ kind: 'throttled', status: 429, retryAfterMs: 700 } as const, 700],
  [{ kind: 'refused', status: null, error: 'ECONNREFUSED' } as const, 2_000],
])('what costs no attempt never fails for good: %o', (outcome, retryInMs) => {
  expect(judge(outcome, 8, RULES)).toMatchObject({ state: 'pending', retryInMs, counts: false });
});

test('an accepted call is done', () => {
  expect(judge({ kind: 'accepted', status: 200, holdId: 'h' }, 1, RULES)).toEqual({
    state: 'succeeded',
    status: 200,
  });
});
