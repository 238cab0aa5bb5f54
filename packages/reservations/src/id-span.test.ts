import { spanOf } from './id-span.ts';

const ALL = { createdAfter: null, createdBefore: null };
const AT = Date.parse('2026-11-20T10:00:00Z');

const timeIn = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

describe('the ids of reservations of some time', () => {
  test('are all ids without a time, or all behind one', () => {
    const { from, before } = spanOf(ALL, 0, null);
    expect(from < '0199b0c4-0000-7000-8000-000000000000').toBe(true);
    expect(before > 'ffffffff-ffff-7fff-bfff-ffffffffffff').toBe(true);
    const after = '0199b0c4-0000-7000-8000-000000000000';
    expect(spanOf(ALL, 0, after)).toEqual({ from, before: after });
  });

  test('begin and end a margin outside of it', () => {
    const { from, before } = spanOf({ createdAfter: AT, createdBefore: AT + 5_000 }, 1_000, null);
    expect([timeIn(from), timeIn(before)]).toEqual([AT - 1_000, AT + 6_000]);
  });

  test('end behind the last page', () => {
    const times = { createdAfter: AT, createdBefore: AT + 5_000 };
    const middle = spanOf({ ...ALL, createdAfter: AT + 1_000 }, 0, null).from;
    expect(spanOf(times, 0, middle).before).toBe(middle);
    const beyond = spanOf({ ...ALL, createdAfter: AT + 9_000 }, 0, null).from;
    expect(timeIn(spanOf(times, 0, beyond).before)).toBe(AT + 5_000);
  });

  test('have a time that an id can have, whatever is asked for', () => {
    const times = { createdAfter: Date.parse('0001-01-01T00:00:00Z'), createdBefore: 2 ** 50 };
    const { from, before } = spanOf(times, 0, null);
    expect([timeIn(from), timeIn(before)]).toEqual([0, 2 ** 48 - 1]);
  });
});
