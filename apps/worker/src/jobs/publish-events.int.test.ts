import { type Database } from '@holdfast/db';
import { EVERY_EVENT, readEvents, readNewestPosition, REDIS_STREAMS, type Sink } from '@holdfast/events';
import { RetryLater } from '@holdfast/jobs';
import { Client } from 'pg';
import type { Sinks } from '../open-sinks.ts';
import { addEvents, addWebhook, nothingAsked, workerOfTest } from '../testing/test-worker.ts';

let database: Database;
const worker = workerOfTest();
beforeEach(() => ({ database } = worker.context));

const publish = () => worker.run('publish-events', {});

/** Publishes to a sink in place of the real ones. */
function toSink(sink: Sink, stopping?: AbortSignal): Promise<void> {
  const sinks: Sinks = { ...worker.context.sinks, open: (name) => (name === sink.name ? sink : null) };
  return worker.run('publish-to-sink', { sink: sink.name }, { sinks }, stopping);
}

/** Takes all events, and asks for a retry of those that it could not deliver. */
function memorySink(askAgainMs: number | null): Required<Sink> & { readonly taken: number[] } {
  const taken: number[] = [];
  return {
    name: 'memory',
    batchMax: 10,
    taken,
    readProgress: () => Promise.resolve(taken.at(-1) ?? 0),
    publish(events) {
      taken.push(...events.map(({ position }) => position));
      return Promise.resolve();
    },
    tryAgain: () => Promise.resolve(askAgainMs),
  };
}

async function counter(name: 'eventsNumbered' | 'eventsPublished'): Promise<number> {
  return (await worker.context.metrics[name].get()).values[0]?.value ?? 0;
}

async function thrownBy(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('what is committed', () => {
  test('gets its places, and every endpoint that is enabled is woken', async () => {
    const endpoint = await addWebhook(database);
    await addWebhook(database, { enabled: false });
    await addEvents(database, 25);
    await publish();
    expect(await readNewestPosition(database.prisma)).toBe(25);
    expect(await counter('eventsNumbered')).toBe(25);
    expect(worker.asked.sinks).toEqual([{ names: [`webhook-${endpoint}`], delayMs: 0 }]);
  });

  test('wakes no sink when there is nothing', async () => {
    await addWebhook(database);
    await publish();
    expect(worker.asked).toEqual(nothingAsked());
  });

  test('is left to the job that publishes already, and checked once more a moment later', async () => {
    const other = new Client({ connectionString: worker.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM event_sequencer FOR UPDATE');
    await addEvents(database, 1);
    const thrown = await thrownBy(publish());
    await other.end();
    expect(thrown).toBeInstanceOf(RetryLater);
    await publish();
    expect(await readNewestPosition(database.prisma)).toBe(1);
  });
});

describe('a sink', () => {
  test('gets what it does not have, and is counted', async () => {
    const sink = memorySink(null);
    await addEvents(database, 25);
    await publish();
    await toSink(sink);
    const { events } = await readEvents(database.prisma, {
      after: 0,
      filter: EVERY_EVENT,
      limit: 100,
    });
    expect(sink.taken).toEqual(events.map(({ position }) => position));
    expect(sink.taken).toHaveLength(25);
    expect(await counter('eventsPublished')).toBe(25);
    expect(worker.asked.sinks).toEqual([]);
  });

  test('is asked again when it wants that soon; what is due much later is the timer’s', async () => {
    await toSink(memorySink(1_500));
    await toSink(memorySink(3_600_000));
    expect(worker.asked.sinks).toEqual([{ names: ['memory'], delayMs: 1_500 }]);
  });

  test('is left, and comes again, when the worker stops', async () => {
    const sink = memorySink(null);
    await addEvents(database, 25);
    await publish();
    const thrown = await thrownBy(toSink(sink, AbortSignal.abort()));
    expect(thrown).toBeInstanceOf(RetryLater);
    expect(sink.taken).toHaveLength(10);
  });

  test('that is not there is nothing to do', async () => {
    await worker.run('publish-to-sink', { sink: 'kafka' });
    await worker.run('publish-to-sink', { sink: REDIS_STREAMS }); // without REDIS_URL
    await worker.run('publish-to-sink', { sink: 'webhook-0199b0c4-5f0e-7c3a-9d55-000000000001' });
    expect(worker.asked).toEqual(nothingAsked());
  });

  test('whose time has come is woken', async () => {
    await worker.run('wake-sink', { sink: 'webhook-1' });
    expect(worker.asked.sinks).toEqual([{ names: ['webhook-1'], delayMs: 0 }]);
  });
});
