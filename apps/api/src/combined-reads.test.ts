import { PoolBusy } from '@holdfast/db';
import { CallerGone } from '@holdfast/ledger';
import { CombinedReads } from './combined-reads.ts';

const CLIENT = { aborted: false };

/** A statement that has begun. */
interface Begun {
  readonly keys: readonly string[];
  /** With a value for each key, or for these. */
  answer(...keys: readonly string[]): Promise<void>;
  fail(error: Error): Promise<void>;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What a read is refused with, caught at once. */
const failureOf = (read: Promise<unknown>): Promise<unknown> =>
  read.then(
    (value) => value,
    (error: unknown) => error,
  );

/** Reads whose statements end when the test says so. */
function openReads(limits: ConstructorParameters<typeof CombinedReads<string>>[1] = {}) {
  const begun: Begun[] = [];
  const reads = new CombinedReads<string>(
    (keys) =>
      new Promise((resolve, reject) => {
        begun.push({
          keys,
          answer: (...these) => {
            resolve(new Map((these.length > 0 ? these : keys).map((key) => [key, `value of ${key}`])));
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
      }),
    limits,
  );
  return {
    reads,
    begun,
    keysOf: () => begun.map(({ keys }) => keys),
    get: (key: string) => reads.get(key, CLIENT),
  };
}

test('reads go at once while fewer than two statements are under way; others are read together by the next', async () => {
  const { begun, keysOf, get } = openReads();
  const all = ['a', 'b', 'c', 'd', 'c'].map(get);
  expect(keysOf()).toEqual([['a'], ['b']]);
  await begun[0]?.answer();
  expect(keysOf()).toEqual([['a'], ['b'], ['c', 'd']]);
  await begun[1]?.answer();
  await begun[2]?.answer();
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'c'].map((key) => `value of ${key}`));
});

test('a read never joins a statement that has begun, also of the same key', async () => {
  const { begun, keysOf, get } = openReads({ inFlightMax: 1 });
  const before = get('a');
  const after = get('a');
  expect(keysOf()).toEqual([['a']]);
  await begun[0]?.answer();
  expect(keysOf()).toEqual([['a'], ['a']]);
  await begun[1]?.answer();
  expect(await Promise.all([before, after])).toEqual(['value of a', 'value of a']);
});

test('a key without a value is answered as such, and the others with theirs', async () => {
  const { begun, get } = openReads({ inFlightMax: 1 });
  const all = ['first', 'a', 'none'].map(get);
  await begun[0]?.answer();
  await begun[1]?.answer('a');
  expect(await Promise.all(all)).toEqual(['value of first', 'value of a', undefined]);
});

test('one statement reads no more keys than it may; those that came first go first', async () => {
  const { begun, keysOf, get } = openReads({ inFlightMax: 1, keysMax: 2 });
  const all = ['first', 'a', 'b', 'c'].map(get);
  await begun[0]?.answer();
  await begun[1]?.answer();
  expect(keysOf()).toEqual([['first'], ['a', 'b'], ['c']]);
  await begun[2]?.answer();
  expect(await Promise.all(all)).toHaveLength(4);
});

test('a key that cannot be read fails alone', async () => {
  const { begun, keysOf, get } = openReads({ inFlightMax: 1 });
  const first = get('first');
  const bad = failureOf(get('bad'));
  const good = get('good');
  await begun[0]?.answer();
  const cause = { originalCode: '22P02' };
  const dataError = Object.assign(new Error('bad key'), { meta: { driverAdapterError: { cause } } });
  await begun[1]?.fail(dataError);
  await begun[2]?.fail(dataError);
  await begun[3]?.answer();
  expect(keysOf()).toEqual([['first'], ['bad', 'good'], ['bad'], ['good']]);
  expect(await bad).toBe(dataError);
  expect(await Promise.all([first, good])).toEqual(['value of first', 'value of good']);
});

test('when the database is away, all that were read together hear it, and the next are read', async () => {
  const { begun, get } = openReads({ inFlightMax: 1 });
  const first = get('first');
  const failed = ['a', 'b'].map((key) => failureOf(get(key)));
  await begun[0]?.answer();
  const next = get('c');
  const away = new Error('away');
  await begun[1]?.fail(away);
  await begun[2]?.answer();
  expect(await Promise.all(failed)).toEqual([away, away]);
  expect(await Promise.all([first, next])).toEqual(['value of first', 'value of c']);
});

test('nothing is read for a client that has disconnected', async () => {
  const { reads, begun, keysOf, get } = openReads({ inFlightMax: 1 });
  const first = get('first');
  const gone = { aborted: false };
  const refused = failureOf(reads.get('a', gone));
  gone.aborted = true;
  await begun[0]?.answer();
  expect(keysOf()).toEqual([['first']]);
  expect(await refused).toBeInstanceOf(CallerGone);
  expect(await first).toBe('value of first');
});

test('a read that has waited too long, or comes when too many wait, is refused', async () => {
  const { begun, keysOf, get } = openReads({ inFlightMax: 1, readersMax: 1, waitMaxMs: 20 });
  const first = get('first');
  const late = failureOf(get('late'));
  await expect(get('too many')).rejects.toBeInstanceOf(PoolBusy);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await begun[0]?.answer();
  expect(await late).toBeInstanceOf(PoolBusy);
  expect(keysOf()).toEqual([['first']]);
  expect(await first).toBe('value of first');
});
