import { describeCommand } from './batch/entry.ts';
import { line, reserve } from '@holdfast/testing/vocabulary';
import { PendingList, type Waiting } from './pending-list.ts';

const waiting = (ageMs: number): Waiting => ({
  ...describeCommand(reserve([line('MUG')])),
  idempotency: null,
  since: performance.now() - ageMs,
  callers: [{ aborted: false }],
  waitsForLocks: true,
  resolve: () => {},
  reject: () => {},
});

test('a late command is taken, also from behind a newer one that was put back', () => {
  const list = new PendingList();
  const [old, young] = [waiting(2_000), waiting(0)];
  list.add(old);
  list.putBack([young]);
  expect(list.takeLate(1_000)).toEqual([old]);
  expect([list.commands, list.lines]).toEqual([1, 1]);
  expect(list.takeBatch().entries).toEqual([young]);
});
