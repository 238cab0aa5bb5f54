import { describeCommand } from './batch/entry.ts';
import { LEDGER_LIMITS } from './limits.ts';
import { line, reserve } from '@holdfast/testing/vocabulary';
import { PendingList, type Waiting } from './pending-list.ts';

const waiting = ({ ageMs = 0, name = 'shop', lines = 1 } = {}): Waiting => ({
  ...describeCommand(reserve(Array.from({ length: lines }, () => line('MUG')))),
  weight: lines,
  idempotency: null,
  since: performance.now() - ageMs,
  callers: [{ aborted: false, name }],
  waitsForLocks: true,
  turn: 0,
  resolve: () => {},
  reject: () => {},
});

const many = (length: number, of: Parameters<typeof waiting>[0]) => Array.from({ length }, () => waiting(of));

/** The callers in the order in which they are served, one batch after the other. */
function namesServed(list: PendingList): string[] {
  const names: string[] = [];
  for (let batch = list.takeBatch().entries; batch.length > 0; batch = list.takeBatch().entries)
    names.push(...batch.map(({ callers }) => callers[0]?.name ?? ''));
  return names;
}

test('a late command is taken, also from behind a newer one that was put back', () => {
  const list = new PendingList();
  const [old, young] = [waiting({ ageMs: 2_000 }), waiting()];
  list.add(old);
  list.putBack([young]);
  expect(list.takeLate(1_000)).toEqual([old]);
  expect([list.commands, list.lines]).toEqual([1, 1]);
  expect(list.takeBatch().entries).toEqual([young]);
});

describe('callers are served in turn', () => {
  test('of one caller, in order of arrival', () => {
    const list = new PendingList();
    const all = many(900, {});
    for (const entry of all) list.add(entry);
    const taken = [list, list, list].flatMap((each) => each.takeBatch().entries);
    expect(taken).toEqual(all);
  });

  test('one command behind the flood of another caller is in the next batch', () => {
    const list = new PendingList();
    for (const entry of many(12, { name: 'flood', lines: 500 })) list.add(entry);
    list.takeBatch();
    list.add(waiting({ name: 'shop' }));
    expect(namesServed(list).indexOf('shop')).toBeLessThanOrEqual(1);
  });

  test('by lines: who sends large commands gets no more of them through', () => {
    const list = new PendingList();
    for (const entry of many(40, { name: 'large', lines: 100 })) list.add(entry);
    for (const entry of many(400, { name: 'small', lines: 1 })) list.add(entry);
    const early = namesServed(list).slice(0, 404);
    expect(early.filter((name) => name === 'small').length).toBeGreaterThan(395);
  });

  test('three floods share alike, whenever they began', () => {
    const list = new PendingList();
    for (const entry of many(1_000, { name: 'a' })) list.add(entry);
    list.takeBatch();
    for (const name of ['b', 'c']) for (const entry of many(1_000, { name })) list.add(entry);
    const served = namesServed(list).slice(0, 600);
    for (const name of ['a', 'b', 'c']) {
      const share = served.filter((each) => each === name).length;
      expect([name, share]).toEqual([name, expect.closeTo(200, -1)]);
    }
  });

  test('who was idle has no claim to the time before', () => {
    const list = new PendingList();
    list.add(waiting({ name: 'b' }));
    for (const entry of many(400, { name: 'a' })) list.add(entry);
    list.takeBatch();
    for (const name of ['a', 'b']) for (const entry of many(100, { name })) list.add(entry);
    const served = namesServed(list).slice(0, 100);
    expect(served.filter((name) => name === 'a').length).toBeGreaterThan(40);
  });
});

function full() {
  const list = new PendingList();
  for (const entry of many(LEDGER_LIMITS.pendingLinesMax / 500, { name: 'flood', lines: 500 }))
    list.add(entry);
  return list;
}

describe('a full list', () => {
  test('makes room for a caller that has less on it, by the newest command of who has most', () => {
    const list = full();
    const newest = waiting({ name: 'flood', lines: 500 });
    list.add(newest);
    const out = list.makeRoomFor({ aborted: false, name: 'shop' });
    expect(out[0]).toBe(newest);
    expect(list.isFull).toBe(false);
  });

  test('makes none for who fills it', () => {
    const list = full();
    expect(list.makeRoomFor({ aborted: false, name: 'flood' })).toEqual([]);
    expect(list.isFull).toBe(true);
  });
});
