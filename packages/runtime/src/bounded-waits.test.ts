import { requireWithin, within } from './bounded-waits.ts';

const never = () => new Promise<string>(() => {});
const failed = () => Promise.reject<string>(new Error('no'));

describe('work that ends in time', () => {
  test('gives its result, whatever that is', async () => {
    expect(await within(60_000, Promise.resolve('done'), 'late')).toBe('done');
    expect(await requireWithin(60_000, Promise.resolve(undefined), () => new Error('late'))).toBeUndefined();
  });

  test('fails as it failed', async () => {
    await expect(within(60_000, failed(), 'late')).rejects.toThrow('no');
    await expect(requireWithin(60_000, failed(), () => new Error('late'))).rejects.toThrow('no');
  });
});

test('work that takes too long is not waited for', async () => {
  expect(await within(1, never(), 'late')).toBe('late');
  await expect(requireWithin(1, never(), () => new Error('late'))).rejects.toThrow('late');
});
