import { claimSync, finishAttempt, openDatabase } from '@holdfast/db';
import {
  cloudEventOf,
  EVENT_TYPES,
  toCloudEvent,
  type CloudEvent as PublishedEvent,
  type StoredEvent,
} from '@holdfast/events';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020';
import { CloudEvent } from 'cloudevents';
import { z } from 'zod';
import { openShop, type ApiShop } from '../testing/open-shop.ts';
import { cancelled, completed, created, paid, tell } from '../testing/order-events.ts';

// All that a shop can do, done once; and then what events tell of it.

const PUBLIC_URL = 'https://holdfast.example';

let shop: ApiShop;
let events: readonly PublishedEvent[];

beforeAll(async () => {
  shop = await openShop({ PUBLIC_URL });
  await reservationsLive();
  await ordersLive();
  await stockChanges();
  await syncFails();
  events = await readEvents();
});
afterAll(() => shop.close());

async function reservationsLive(): Promise<void> {
  const sku = await shop.stock({ NEAR: 40, FAR: 10 });
  const sold = await shop.hold(sku, 45, { metadata: { channel: 'app' } });
  await shop.verb(sold.id, 'extend', { ttl_seconds: 1_800 });
  await shop.verb(sold.id, 'confirm', { payment_reference: 'pay-1', lines: [{ sku, quantity: 42 }] });
  await shop.verb(sold.id, 'fulfill', { lines: [{ sku, quantity: 2 }] });
  await shop.verb(sold.id, 'cancel', { reason: 'changed their mind' });
  await shop.verb((await shop.hold(sku, 1)).id, 'release', { reason: 'cart emptied' });
  await shop.verb((await shop.hold(sku, 1)).id, 'fulfill');
  await shop.confirmed(sku, 1);
  const late = await shop.hold(sku, 3);
  await shop.makeDue(late.id);
  await shop.verb(late.id, 'confirm', { payment_reference: 'pay-2' });
  await shop.verb(late.id, 'confirm', { payment_reference: 'pay-2', on_expired: 'reacquire' });
}

async function ordersLive(): Promise<void> {
  const sku = await shop.stock({ NEAR: 5 });
  const lines = [{ sku, quantity: 2 }];
  await tell(shop.api, created('o-1', lines), paid('o-1'), completed('o-1', 'f-1'));
  await tell(shop.api, created('o-2', lines), cancelled('o-2'), created('o-3', [{ sku, quantity: 4 }]));
}

async function stockChanges(): Promise<void> {
  const put = (path: string, body: object) => shop.api.call('put', path, body);
  const sku = await shop.stock({ NEAR: 10 });
  await put(`/v1/skus/${sku}`, { low_stock_threshold: 5 });
  await shop.confirmed(sku, 6);
  await put(`/v1/stock-levels/${sku}/NEAR`, { on_hand: 2 });
  await put(`/v1/stock-levels/${sku}/NEAR`, { on_hand: 50 });
  const drifted = await shop.stock({ NEAR: 10 });
  await shop.sql.query('UPDATE stock_levels SET reserved = 3 WHERE sku = $1', [drifted]);
  await shop.api.call('post', '/v1/inventory/consistency/repair', {});
}

async function syncFails(): Promise<void> {
  const { warehouse_sync } = await shop.confirmed(await shop.stock({ NEAR: 1 }), 1);
  const database = openDatabase(shop.url, { poolMax: 1, applicationName: 'told events test' });
  const claimed = await claimSync(database.prisma, warehouse_sync?.id ?? '', 10_000);
  if (!claimed) throw new Error('the sync of a confirm cannot be claimed');
  await finishAttempt(database, claimed, { state: 'failed', status: 503, error: 'the gateway answered 503' });
  await database.close();
}

async function readEvents(): Promise<readonly PublishedEvent[]> {
  const { rows } = await shop.sql.query<Omit<StoredEvent, 'position' | 'time'> & { time: Date }>(
    'SELECT id, type, subject, time, reservation_id AS "reservationId", data, changed FROM events ORDER BY id',
  );
  return rows.map((row) => {
    const stored = { ...row, time: row.time.toISOString() };
    return toCloudEvent(stored, { publicUrl: PUBLIC_URL });
  });
}

test('it tells of all that there is to tell', () => {
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
});

test('all of it is what the catalog says, to the last field', () => {
  for (const event of events) expect(cloudEventOf(event.type).parse(event)).toEqual(event);
});

test('the CloudEvents SDK takes each for a CloudEvent', () => {
  for (const event of events) expect(new CloudEvent({ ...event }, true).validate()).toBe(true);
});

const readSchema = async (url: string) =>
  z.looseObject({}).parse((await shop.api.call('get', new URL(url).pathname)).body);

test('a consumer’s validator accepts each by the schema that is served where the event says', async () => {
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }), ['date-time', 'uri', 'uuid']);
  const isEvent = ajv.compile(await readSchema(`${PUBLIC_URL}/schemas/cloud-event.json`));
  for (const event of events) {
    const isData = ajv.getSchema(event.dataschema) ?? ajv.compile(await readSchema(event.dataschema));
    const faults = [
      ...(isData(event.data) ? [] : [isData.errors]),
      ...(isEvent(event) ? [] : [isEvent.errors]),
    ];
    expect({ type: event.type, faults }).toEqual({ type: event.type, faults: [] });
  }
});

const transition = z.object({
  type: z.string(),
  data: z.object({
    reservation: z.object({ id: z.string(), status: z.string() }),
    previous_status: z.string().nullable(),
    stock_changes: z.array(
      z.object({ sku: z.string(), location: z.string(), reserved: z.int(), allocated: z.int() }),
    ),
  }),
});
/** Without what is told again: an expiry and a cancel are each followed by a release. */
const transitions = () =>
  events
    .filter(({ data }) => 'previous_status' in data)
    .filter(({ type }) => !/\.(expired|cancelled)$/.test(type))
    .map((event) => transition.parse(event));

test('what a reservation was before is what it became last', () => {
  const statuses = new Map<string, string>();
  for (const { type, data } of transitions()) {
    const { id, status } = data.reservation;
    const previous_status = statuses.get(id) ?? null;
    expect({ type, ...data }).toMatchObject({ type, previous_status });
    statuses.set(id, status);
  }
});

test('what moved adds up to what is reserved and sold', async () => {
  const sums = new Map<string, { readonly reserved: number; readonly allocated: number }>();
  const sumOf = (level: string) => sums.get(level) ?? { reserved: 0, allocated: 0 };
  for (const { sku, location, reserved, allocated } of transitions().flatMap(
    ({ data }) => data.stock_changes,
  )) {
    const level = `${sku}/${location}`;
    const before = sumOf(level);
    sums.set(level, { reserved: before.reserved + reserved, allocated: before.allocated + allocated });
  }
  const { rows } = await shop.sql.query<{ level: string; reserved: number; allocated: number }>(
    `SELECT sku || '/' || location AS level, reserved::float8, allocated::float8 FROM stock_levels`,
  );
  expect(rows.length).toBeGreaterThan(4);
  for (const { level, ...counters } of rows)
    expect({ level, ...sumOf(level) }).toEqual({ level, ...counters });
});
