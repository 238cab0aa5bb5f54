import { lastKnown } from './last-known.ts';

const within = { first: 0, timeoutMs: 20 };

test('a value is read anew for everyone who asks, and once for those who ask together', async () => {
  let reads = 0;
  const value = lastKnown(async () => (reads += 1), within);
  expect(await Promise.all([value(), value(), value()])).toEqual([1, 1, 1]);
  expect(await value()).toBe(2);
});

test('the one before counts while it cannot be read, and before there was one the first', async () => {
  let fails = true;
  const value = lastKnown(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve(7)), within);
  expect(await value()).toBe(0);
  fails = false;
  expect(await value()).toBe(7);
  fails = true;
  expect(await value()).toBe(7);
});

test('no caller waits longer than the time limit, and what comes late is known to the next', async () => {
  const answers: ((value: number) => void)[] = [];
  const value = lastKnown(() => new Promise<number>((resolve) => answers.push(resolve)), within);
  expect(await value()).toBe(0);
  expect(await value()).toBe(0);
  expect(answers).toHaveLength(1); // still under way
  answers[0]?.(5);
  await new Promise((resolve) => setImmediate(resolve));
  const next = value();
  expect(answers).toHaveLength(2);
  expect(await next).toBe(5);
});

test('what may be kept for a while is not read anew for that long', async () => {
  let reads = 0;
  const value = lastKnown(async () => (reads += 1), { ...within, keepMs: 60_000 });
  expect([await value(), await value()]).toEqual([1, 1]);
});
