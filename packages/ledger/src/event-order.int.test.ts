import { readEvents, openDatabase, sequenceEvents, type Database } from '@holdfast/db';
import { checkLedgerInvariants, createTestDatabase, together, type TestDatabase } from '@holdfast/testing';
import { z } from 'zod';
import { confirm, line, release, reserve } from './fixtures/commands.ts';
import { Shop } from './fixtures/shop.ts';
import { newId } from './index.ts';

const CLIENTS = 24;
const LIVES = 12;

let database: TestDatabase;
let shop: Shop;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
  db = openDatabase(database.url, { poolMax: 4, applicationName: 'event order test' });
});
afterAll(async () => {
  await db.close();
  await shop.close();
  await database.drop();
});

const reservation = z.object({ version: z.int(), status: z.string() });

test('while several APIs decide and several workers number, events of each reservation come by version, each once', async () => {
  const ledgers = [shop.openLedger(), shop.openLedger(), shop.openLedger()] as const;
  const skus = await Promise.all(Array.from({ length: 4 }, () => shop.stock(ledgers[0], 10_000)));
  let isDecided = false;

  async function number(): Promise<void> {
    for (;;) {
      const isLast = isDecided;
      const { more } = (await sequenceEvents(db, { eventsMax: 20 })) ?? { more: true };
      if (isLast && !more) return;
    }
  }
  /** One reservation after the other, each handed from API to API, all of them at once. */
  async function live(client: number): Promise<void> {
    for (let n = 0; n < LIVES; n += 1) {
      const reservationId = newId();
      const wanted = skus.slice(client % 3).map((sku) => line(sku));
      await ledgers[0].submit(reserve(wanted, { reservationId }));
      const extend = { kind: 'extend', ttlSeconds: 1_200, extensionsMax: 5, holdMaxSeconds: 3_600 } as const;
      await Promise.all([
        ledgers[1].submit({ ...extend, reservationId, caller: 'shop' }),
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

  const page = { after: 0, types: null, limit: 100_000, lookedAtMax: 100_000 };
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
  for (const told of versions.values()) expect(told).toEqual(told.map((_, index) => index + 1));
  expect(ledgers.flatMap(({ effects }) => effects).reduce((sum, effect) => sum + effect.events, 0)).toBe(
    newest,
  );
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
}, 60_000);
