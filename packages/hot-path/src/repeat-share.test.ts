import { RepeatShare } from './repeat-share.ts';

const after = (...calls: readonly boolean[]) => {
  const share = new RepeatShare();
  for (const isRepeat of calls) share.add(isRepeat);
  return share.isWorthALook;
};
const news = (count: number) => Array<boolean>(count).fill(false);

test('keys are looked for from the first repeat on, while one call in a hundred is one', () => {
  expect(after()).toBe(false);
  expect(after(...news(1_000))).toBe(false);
  expect(after(...news(1_000), true)).toBe(true);
  expect(after(true, ...news(30))).toBe(true);
  expect(after(true, ...news(100))).toBe(false);
});
