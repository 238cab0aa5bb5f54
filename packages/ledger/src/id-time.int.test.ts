import { readNewestReservations } from '@holdfast/reservations';
import { line, reserve } from '@holdfast/testing/vocabulary';
import { V7Generator } from 'uuidv7';
import { reservationIn, scenarioOfSuite } from './fixtures/ledger-scenario.ts';

const scenario = scenarioOfSuite();

/** An id whose time is this many minutes from now. */
function idOf(minutes: number): string {
  return new V7Generator().generateOrResetCore(Date.now() + minutes * 60_000, 10_000).toString();
}

const ANY = { orderId: null, cartId: null, customerId: null, storeId: null, source: null, location: null };

test('a list by time finds a reservation whose id was made long before or after', async () => {
  const ledger = scenario.openLedger();
  const database = scenario.openDatabase();
  const sku = await ledger.newSku(10);
  const ids = [-24 * 60, -2, 0, 2].map(idOf);
  const created: string[] = [];
  for (const id of ids) {
    created.push(reservationIn(await ledger.submit(reserve(id, [line(sku)]))).created_at);
  }

  const [first = '', last = ''] = [created.at(0), created.at(-1)];
  const found = await readNewestReservations(
    database.prisma,
    { ...ANY, statuses: [], sku, createdAfter: Date.parse(first) - 1, createdBefore: Date.parse(last) + 1 },
    { after: null, limit: 10 },
  );

  expect(found.reservations.map(({ id }) => id)).toEqual(ids.toReversed());
  const flagged = `reservations WHERE id = ANY($1) AND id_time_is_off`;
  expect(await scenario.rows(flagged, [ids])).toBe(3);
  expect(await scenario.rows(`${flagged} AND id <> ALL($2)`, [ids, [ids[2]]])).toBe(3);
});
