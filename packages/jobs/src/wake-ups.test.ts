import { createWakeUps } from './wake-ups.ts';

const EVERY_MS = 100;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function countedWakeUps(wake = () => Promise.resolve()) {
  const counted = jest.fn(wake);
  return { counted, wakeUps: createWakeUps(counted, EVERY_MS) };
}

test('who asks while nothing goes on is served at once', async () => {
  const { counted, wakeUps } = countedWakeUps();
  wakeUps.ask();
  expect(counted).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(counted).toHaveBeenCalledTimes(1);
  wakeUps.ask();
  expect(counted).toHaveBeenCalledTimes(2);
});

test('all who ask within a pause are served by one wake-up, when it is over', async () => {
  const { counted, wakeUps } = countedWakeUps();
  for (let n = 0; n < 1_000; n += 1) wakeUps.ask();
  await jest.advanceTimersByTimeAsync(EVERY_MS - 1);
  expect(counted).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(counted).toHaveBeenCalledTimes(2);
  await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(counted).toHaveBeenCalledTimes(2);
});

test('under a steady load there is one in each pause', async () => {
  const { counted, wakeUps } = countedWakeUps();
  for (let ms = 0; ms < 1_000; ms += 1) {
    wakeUps.ask();
    await jest.advanceTimersByTimeAsync(1);
  }
  expect(counted).toHaveBeenCalledTimes(11); // at 0, 100, … 1,000
});

test('while one is under way there is no other, even if it takes long', async () => {
  const ended: (() => void)[] = [];
  const { counted, wakeUps } = countedWakeUps(() => new Promise((resolve) => ended.push(resolve)));
  wakeUps.ask();
  wakeUps.ask();
  await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(counted).toHaveBeenCalledTimes(1);
  ended[0]?.();
  await jest.advanceTimersByTimeAsync(0);
  expect(counted).toHaveBeenCalledTimes(2);
});

test('closing waits for the one that is under way, and wakes once more for who asked meanwhile', async () => {
  const ended: (() => void)[] = [];
  const { counted, wakeUps } = countedWakeUps(() => new Promise((resolve) => ended.push(resolve)));
  wakeUps.ask();
  wakeUps.ask();
  await jest.advanceTimersByTimeAsync(EVERY_MS);
  const closing = wakeUps.close();
  ended[0]?.();
  await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(counted).toHaveBeenCalledTimes(2);
  ended[1]?.();
  await closing;
  await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(counted).toHaveBeenCalledTimes(2);
  expect(jest.getTimerCount()).toBe(0);
});

test('closing wakes every sink that was asked for, and no other', async () => {
  const { counted, wakeUps } = countedWakeUps();
  wakeUps.ask();
  wakeUps.ask();
  await wakeUps.close();
  expect(counted).toHaveBeenCalledTimes(2);
  wakeUps.ask();
  await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(counted).toHaveBeenCalledTimes(2);
});
