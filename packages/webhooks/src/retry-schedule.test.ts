import { nextAttemptInMs, restMs } from './retry-schedule.ts';

const HOUR_MS = 3_600_000;
const TWO_DAYS_MS = 48 * HOUR_MS;
const inTheMiddle = () => 0.5;

/** Waits between attempts that all fail at once, until it is given up. */
function waits(giveUpMs: number, random = inTheMiddle): number[] {
  const all: number[] = [];
  for (let sinceFirstMs = 0; ;) {
    const ms = nextAttemptInMs(
      { attempts: all.length + 1, sinceFirstMs, retryAfterMs: null },
      giveUpMs,
      random,
    );
    if (ms === null) return all;
    all.push(ms);
    sinceFirstMs += ms;
  }
}

test('a delivery is tried again after 1, 5, 10 s, 1, 5, 30 min, then hours, for two days', () => {
  expect(waits(TWO_DAYS_MS).map((ms) => ms / 1_000)).toEqual([
    1, 5, 10, 60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 43_200,
  ]);
});

test('the last attempt is within the time after which it is given up', () => {
  for (const hours of [1, 2, 24, 48, 720]) {
    const total = waits(hours * HOUR_MS).reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeLessThanOrEqual(hours * HOUR_MS);
    expect(total).toBeGreaterThan((hours * HOUR_MS) / 2);
  }
});

test('what failed together does not come again together', () => {
  const failure = { attempts: 4, sinceFirstMs: 0, retryAfterMs: null };
  const all = [0, 0.25, 0.5, 0.75, 1].map((value) => nextAttemptInMs(failure, TWO_DAYS_MS, () => value));
  expect(all).toEqual([54_000, 57_000, 60_000, 63_000, 66_000]);
});

const after = (retryAfterMs: number) =>
  nextAttemptInMs({ attempts: 3, sinceFirstMs: 0, retryAfterMs }, TWO_DAYS_MS, inTheMiddle);

test('an endpoint that asks for a later time gets it, but no earlier one, and not for ever', () => {
  expect([0, 20_000, 10 * HOUR_MS].map(after)).toEqual([10_000, 20_000, HOUR_MS]);
});

test('an endpoint rests from the tenth failure in a row on, for up to a minute', () => {
  const rests = [0, 9, 10, 11, 12, 13, 14, 1_000].map((failures) => restMs(failures, inTheMiddle));
  expect(rests).toEqual([null, null, 1_000, 5_000, 10_000, 60_000, 60_000, 60_000]);
});
