import { EVERY_EVENT, readEvents, sequenceEvents } from '@holdfast/events';
import { together } from '@holdfast/testing';
import { z } from 'zod';
import { confirm, extend, line, release, reserve } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite } from './fixtures/ledger-scenario.ts';
import { newId } from './index.ts';

const CLIENTS = 24;
const LIVES = 12;

const scenario = scenarioOfSuite();

const reservation = z.object({ version: z.int(), status: z.string() });

test('while several APIs decide and several workers number, events of each reservation come by version, each once', async () => {
  const ledgers = [scenario.openLedger(), scenario.openLedger(), scenario.openLedger()] as const;
  const skus = await Promise.all(Array.from({ length: 4 }, () => ledgers[0].newSku(10_000)));
  const db = scenario.openDatabase(4);
  let isDecided = false;

  async function number(): Promise<void> {
    for (;;) {
      const isLast = isDecided;
      // On a busy machine its transaction may not begin in time; then the job is tried again, as in a worker.
      const numbered = await sequenceEvents(db, { eventsMax: 20 }).catch(() => null);
      if (isLast && numbered?.more === false) return;
    }
  }
  /** One reservation after the other, each handed from API to API, all of them at once. */
  async function live(client: number): Promise<void> {
    for (let n = 0; n < LIVES; n += 1) {
      const reservationId = newId();
      const wanted = skus.slice(client % 3).map((sku) => line(sku));
      await ledgers[0].submit(reserve(reservationId, wanted));
      await Promise.all([
        ledgers[1].submit(extend(reservationId, 1_200, { extensionsMax: 5 })),
        ledgers[2].submit(n % 2 === 0 ? confirm(reservationId) : release(reservationId)),
        ledgers[0].submit(confirm(reservationId)),
      ]);
    }
  }
  const numbering = [number(), number()];
  const ends = await together(CLIENTS, live);
  isDecided = true;
  await Promise.all(numbering);
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);

  const page = { after: 0, filter: EVERY_EVENT, limit: 100_000 };
  const { events, newest } = await readEvents(db.prisma, page);
  expect(events.map(({ position }) => position)).toEqual(
    Array.from({ length: newest }, (_, index) => index + 1),
  );
  expect(new Set(events.map(({ id }) => id)).size).toBe(newest);
  const versions = new Map<string, number[]>();
  for (const { reservationId, type, data } of events) {
    if (reservationId === null || type.endsWith('.confirm_refused')) continue; // that one changed nothing
    versions.set(reservationId, [...(versions.get(reservationId) ?? []), reservation.parse(data).version]);
  }
  expect(versions.size).toBe(CLIENTS * LIVES);
  for (const published of versions.values())
    expect(published).toEqual(published.map((_, index) => index + 1));
  expect(ledgers.flatMap(({ effects }) => effects).reduce((sum, effect) => sum + effect.events, 0)).toBe(
    newest,
  );
});
