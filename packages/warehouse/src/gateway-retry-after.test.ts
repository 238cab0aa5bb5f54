import { retryAfterMs } from './gateway-retry-after.ts';

const now = Date.parse('2026-11-20T10:00:00Z');
const wait = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);

test('seconds are taken as they are', () => {
  expect(wait({ 'retry-after': '3' })).toBe(3_000);
  expect(wait({ 'retry-after': '0' })).toBe(0);
});

test('a date is measured from the date of the answer, so that a wrong clock on either side does not matter', () => {
  const headers = {
    date: 'Fri, 20 Nov 2026 15:00:00 GMT',
    'retry-after': 'Fri, 20 Nov 2026 15:00:07 GMT',
  };
  expect(wait(headers)).toBe(7_000);
});

test('a date in an answer without a date is measured from now, and is never negative', () => {
  expect(wait({ 'retry-after': 'Fri, 20 Nov 2026 10:00:02 GMT' })).toBe(2_000);
  expect(wait({ 'retry-after': 'Fri, 20 Nov 2026 09:00:00 GMT' })).toBe(0);
});

test('no header, or one that cannot be read, means a second', () => {
  expect(wait({})).toBe(1_000);
  expect(wait({ 'retry-after': 'soon' })).toBe(1_000);
});

test('a mistaken header does not stop the warehouse for a day', () => {
  expect(wait({ 'retry-after': '86400' })).toBe(300_000);
  expect(wait({ 'retry-after': 'Fri, 20 Nov 2099 10:00:00 GMT' })).toBe(300_000);
});
