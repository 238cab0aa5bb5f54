import { deliver, type RoundOptions } from './deliver-in-turn.ts';
import { failedFor, type SendOutcome } from './send-outcome.ts';

interface Item {
  readonly orderingKey: string;
  readonly number: number;
}

const OK: SendOutcome = { kind: 'succeeded', status: 204 };
const BAD = failedFor('answered 500');

/** `a a b`: two of one key, and one of another. */
const items = (keys: string): Item[] =>
  keys.split(' ').map((orderingKey, number) => ({ orderingKey, number }));

const numbers = (keys: string, count: number) =>
  items(Array.from({ length: count }, (_, number) => `${keys}${number}`).join(' '));

/** What was sent, in order, as numbers; and how many were under way at once. */
function recorder(outcomeOf: (item: Item) => SendOutcome = () => OK) {
  const sent: number[] = [];
  let now = 0;
  let most = 0;
  return {
    sent,
    most: () => most,
    send: async (item: Item): Promise<SendOutcome> => {
      sent.push(item.number);
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return outcomeOf(item);
    },
  };
}

const run = (
  all: readonly Item[],
  send: RoundOptions<Item>['send'],
  more: Partial<RoundOptions<Item>> = {},
) =>
  deliver(all, {
    send,
    heldUp: new Set(),
    failuresInARow: 0,
    stopping: new AbortController().signal,
    ...more,
  });

test('20 are under way at once, and all are sent', async () => {
  const { send, sent, most } = recorder();
  await run(numbers('k', 100), send);
  expect({ sent: sent.length, most: most() }).toEqual({ sent: 100, most: 20 });
});

test('of one key there is one under way, and it is sent in order', async () => {
  const { send, sent, most } = recorder();
  await run(items('a a a a'), send);
  expect({ sent, most: most() }).toEqual({ sent: [0, 1, 2, 3], most: 1 });
});

test('items behind a failed one of their key are not sent, and all others are', async () => {
  const { send, sent } = recorder(({ number }) => (number === 0 ? BAD : OK));
  const all = items('a b a b c a');
  const round = await run(all, send);
  expect(sent.toSorted((a, b) => a - b)).toEqual([0, 1, 3, 4]);
  expect(all.filter((item) => round.isHeldUp(item)).map(({ number }) => number)).toEqual([0, 2, 5]);
});

test('nothing is sent of a key that is held up from before', async () => {
  const { send, sent } = recorder();
  await run(items('a b a'), send, { heldUp: new Set(['a']) });
  expect(sent).toEqual([1]);
});

test('ten failures in a row end it, with what was under way by then', async () => {
  const { send, sent } = recorder(() => BAD);
  const { failuresInARow, attempts } = await run(numbers('k', 100), send);
  expect(sent.length).toBeGreaterThanOrEqual(20);
  expect(sent.length).toBeLessThan(30);
  expect({ failuresInARow, attempts: attempts.size }).toEqual({
    failuresInARow: 10,
    attempts: sent.length,
  });
});

test('failures before it count, and a success ends them', async () => {
  const { send, sent } = recorder(({ number }) => (number === 0 ? BAD : OK));
  expect((await run(items('a'), send, { failuresInARow: 8 })).failuresInARow).toBe(9);
  expect((await run(numbers('k', 30), send, { failuresInARow: 8 })).failuresInARow).toBe(0);
  expect(sent).toHaveLength(31);
});

test('after a rest one is sent, and the others only if that got through', async () => {
  const bad = recorder(() => BAD);
  expect((await run(numbers('k', 30), bad.send, { failuresInARow: 12 })).failuresInARow).toBe(13);
  expect(bad.sent).toEqual([0]);
  let first = 0;
  const good = recorder(() => {
    first ||= good.most();
    return OK;
  });
  expect((await run(numbers('k', 30), good.send, { failuresInARow: 12 })).failuresInARow).toBe(0);
  expect({ sent: good.sent.length, first }).toEqual({ sent: 30, first: 1 });
});

test('an endpoint that is gone gets nothing more', async () => {
  const { send, sent } = recorder(() => ({ kind: 'gone', status: 410 }));
  const { isGone, failuresInARow } = await run(numbers('k', 100), send);
  expect({ isGone, failuresInARow, sent: sent.length }).toEqual({
    isGone: true,
    failuresInARow: 0,
    sent: 20,
  });
});

describe('when the process stops', () => {
  test('nothing is begun any more, and what is under way may end', async () => {
    const stop = new AbortController();
    const { send, sent } = recorder(() => {
      stop.abort();
      return OK;
    });
    const { attempts } = await run(numbers('k', 100), send, { stopping: stop.signal });
    expect(sent).toHaveLength(20);
    expect(attempts.size).toBe(20);
  });

  test('what does not end soon is broken off, and counts as not sent', async () => {
    const stop = new AbortController();
    const all = numbers('k', 3);
    const round = run(
      all,
      (_item, signal) => {
        stop.abort();
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ kind: 'broken_off' }));
        });
      },
      { stopping: stop.signal },
    );
    expect((await round).attempts.size).toBe(0);
  });
});

test('after five seconds nothing is begun any more', async () => {
  const clock = jest.spyOn(performance, 'now');
  let now = 0;
  clock.mockImplementation(() => now);
  try {
    const { send, sent } = recorder(() => {
      now += 300;
      return OK;
    });
    await run(numbers('k', 100), send);
    expect(sent.length).toBeGreaterThanOrEqual(20);
    expect(sent.length).toBeLessThan(45);
  } finally {
    clock.mockRestore();
  }
});
