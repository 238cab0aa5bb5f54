import { RetryLater, retryDelayMs } from './job-backoff.ts';

const backoff = { firstMs: 100, capMs: 2_000 };
const failure = new Error('the database is away');
const longest = () => 1;

test('the wait doubles up to its cap', () => {
  const waits = [1, 2, 3, 4, 5, 6, 100_000].map((attempt) =>
    retryDelayMs(backoff, attempt, failure, longest),
  );
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
});

test('the wait is anything from nothing up to that', () => {
  expect(retryDelayMs(backoff, 3, failure, () => 0)).toBe(0);
  expect(retryDelayMs(backoff, 3, failure, () => 0.5)).toBe(200);
});

test('a handler that asks for later gets exactly that', () => {
  expect(retryDelayMs(backoff, 9, new RetryLater(12_345, 'busy'), longest)).toBe(12_345);
  expect(retryDelayMs(backoff, 9, new RetryLater(-5, 'busy'), longest)).toBe(0);
});
