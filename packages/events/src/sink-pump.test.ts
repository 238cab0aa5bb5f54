import { pump, type EventStore } from './sink-pump.ts';
import type { Sink } from './event-sink.ts';
import type { StoredEvent } from './event-feed-store.ts';

const eventAt = (position: number): StoredEvent => ({
  position,
  id: `id-${position}`,
  type: 'warehouse.inventory.reserved',
  subject: 's',
  time: '2026-11-21T10:00:00.000Z',
  reservationId: null,
  data: {},
  changed: null,
});

/** A store with events at these positions. */
function storeOf(positions: readonly number[], newest = positions.at(-1) ?? 0): EventStore {
  return {
    readNext(after, limit) {
      const lookedTo = Math.max(after, Math.min(after + limit, newest));
      const events = positions.filter((at) => at > after && at <= lookedTo).map(eventAt);
      return Promise.resolve({ events, lookedTo });
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Keeps its events in memory. */
class MemorySink implements Sink {
  readonly name = 'memory';
  readonly batchMax = 10;
  readonly batches: number[][] = [];
  progress: number | null = 0;

  readProgress(): Promise<number | null> {
    return Promise.resolve(this.progress);
  }

  publish(events: readonly StoredEvent[]): Promise<void> {
    this.batches.push(events.map(({ position }) => position));
    this.progress = events.at(-1)?.position ?? this.progress;
    return Promise.resolve();
  }
}

const calm = () => ({ stopping: new AbortController().signal, stretchMs: 60_000 });

test('a sink gets all that it does not have, in order, in batches of its own size', async () => {
  const sink = new MemorySink();
  sink.progress = 3;
  const published: number[] = [];
  const end = await pump(sink, storeOf(upTo(25)), {
    ...calm(),
    onPublished: (events) => published.push(events.length),
  });
  expect(end).toEqual({ isDone: true, askAgainMs: null });
  expect(sink.batches.flat()).toEqual(upTo(25).slice(3));
  expect(sink.batches.map(({ length }) => length)).toEqual([10, 10, 2]);
  expect(published).toEqual([10, 10, 2]);
});

test('a sink that wants none gets none', async () => {
  const sink = new MemorySink();
  sink.progress = null;
  expect(await pump(sink, storeOf(upTo(5)), calm())).toEqual({ isDone: true, askAgainMs: null });
  expect(sink.batches).toEqual([]);
});

test('purged events are skipped, even if they are many', async () => {
  const sink = new MemorySink();
  await pump(sink, storeOf([1, 2, 95, 96]), calm());
  expect(sink.batches).toEqual([
    [1, 2],
    [95, 96],
  ]);
  sink.progress = 0;
  await pump(sink, storeOf([], 500), calm());
  expect(sink.progress).toBe(0);
});

test('when a sink fails, its error is told, and the next run goes on where the sink says', async () => {
  const sink = new MemorySink();
  const publish = sink.publish.bind(sink);
  sink.publish = async (events) => {
    if (sink.batches.length === 1) throw new Error('away');
    await publish(events);
  };
  await expect(pump(sink, storeOf(upTo(25)), calm())).rejects.toThrow('away');
  sink.publish = publish;
  await pump(sink, storeOf(upTo(25)), calm());
  expect(sink.batches.flat()).toEqual(upTo(25));
});

test('a sink that took events and does not know whether it has them may get them again', async () => {
  const sink = new MemorySink();
  const publish = sink.publish.bind(sink);
  sink.publish = async (events) => {
    await publish(events);
    if (sink.batches.length === 2) {
      sink.progress = 10; // the answer was lost
      throw new Error('connection lost');
    }
  };
  await expect(pump(sink, storeOf(upTo(25)), calm())).rejects.toThrow('connection lost');
  await pump(sink, storeOf(upTo(25)), calm());
  expect(sink.batches.map(([first]) => first)).toEqual([1, 11, 11, 21]);
});

test('of events of which a sink takes only some, the others come again', async () => {
  const sink = new MemorySink();
  const publish = sink.publish.bind(sink);
  sink.publish = (events) => publish(events.slice(0, 7));
  const published: number[] = [];
  await pump(sink, storeOf(upTo(15)), { ...calm(), onPublished: (events) => published.push(events.length) });
  expect(sink.batches.map(([first]) => first)).toEqual([1, 8, 15]);
  expect(published).toEqual([7, 7, 1]);
});

test('a sink that takes none for now is left alone until it wants to be asked again', async () => {
  const sink: Sink & MemorySink = new MemorySink();
  sink.publish = () => Promise.resolve();
  sink.tryAgain = () => Promise.resolve(5_000);
  expect(await pump(sink, storeOf(upTo(5)), calm())).toEqual({ isDone: true, askAgainMs: 5_000 });
});

test('a run that lasts too long ends after the batch in hand, and wants to go on', async () => {
  const sink = new MemorySink();
  expect(await pump(sink, storeOf(upTo(25)), { ...calm(), stretchMs: 0 })).toEqual({
    isDone: false,
    askAgainMs: null,
  });
  expect(sink.batches).toEqual([upTo(10)]);
});

test('a process that stops ends it after the batch in hand', async () => {
  const sink = new MemorySink();
  const stopping = new AbortController();
  const publish = sink.publish.bind(sink);
  sink.publish = async (events) => {
    stopping.abort();
    await publish(events);
  };
  expect(await pump(sink, storeOf(upTo(25)), { ...calm(), stopping: stopping.signal })).toMatchObject({
    isDone: false,
  });
  expect(sink.batches).toEqual([upTo(10)]);
});

test('what could not be handed on is tried again in each round, also when nothing is new', async () => {
  const sink: Sink & MemorySink = new MemorySink();
  let tries = 0;
  sink.tryAgain = () => Promise.resolve((tries += 1) * 100);
  expect(await pump(sink, storeOf(upTo(25)), calm())).toEqual({ isDone: true, askAgainMs: 400 });
  expect(await pump(sink, storeOf(upTo(25)), calm())).toEqual({ isDone: true, askAgainMs: 500 });
  expect(sink.batches).toHaveLength(3);
});
