import { SteadyClock } from './steady-clock.ts';

const HOUR_MS = 3_600_000;

/** A clock that starts at 1,000,000,000 ms, with a monotonic time that the test moves. */
function startClock() {
  let monotonicMs = 50;
  const clock = new SteadyClock(1_000_000_000, () => monotonicMs);
  return {
    clock,
    pass: (ms: number) => {
      monotonicMs += ms;
    },
  };
}

test('it counts from its start', () => {
  const { clock, pass } = startClock();
  expect(clock.now()).toBe(1_000_000_000);
  pass(1_500);
  expect(clock.now()).toBe(1_000_001_500);
});

test('an answer that agrees with it changes nothing', () => {
  const { clock } = startClock();
  clock.correct(999_999_995, 1_000_000_005);
  expect(clock.now()).toBe(1_000_000_000);
});

test('it jumps forward to the earliest possible time', () => {
  const { clock, pass } = startClock();
  clock.correct(1_000_000_000 + HOUR_MS, 1_000_000_010 + HOUR_MS);
  expect(clock.now()).toBe(1_000_000_000 + HOUR_MS);
  pass(10);
  expect(clock.now()).toBe(1_000_000_010 + HOUR_MS);
});

test('ahead by 75 s it never goes back nor stands still, and is right after 150 s', () => {
  const { clock, pass } = startClock();
  clock.correct(1_000_000_000 - 75_010, 1_000_000_000 - 75_000);
  let last = clock.now();
  expect(last).toBe(1_000_000_000);
  for (let second = 1; second <= 150; second += 1) {
    pass(1_000);
    expect(clock.now() - last).toBe(500);
    last = clock.now();
  }
  expect(last).toBe(1_000_075_000);
  pass(1_000);
  expect(clock.now() - last).toBe(1_000);
});

test('answers while it is ahead change nothing, and a new step counts from its current state', () => {
  const { clock, pass } = startClock();
  clock.correct(1_000_000_000 - 1_000, 1_000_000_000 - 1_000);
  pass(500);
  clock.correct(999_999_500, 999_999_500);
  expect(clock.now()).toBe(1_000_000_250);
  pass(500);
  expect(clock.now()).toBe(1_000_000_500);
  clock.correct(1_000_000_700, 1_000_000_700);
  expect(clock.now()).toBe(1_000_000_700);
});

test('before it is used, it may be set back', () => {
  const { clock, pass } = startClock();
  clock.set(1_000_000_000 - HOUR_MS);
  expect(clock.now()).toBe(1_000_000_000 - HOUR_MS);
  pass(1_000);
  expect(clock.now()).toBe(1_000_001_000 - HOUR_MS);
});
