import { openDatabase } from '@holdfast/db';
import { claimSync, finishAttempt } from '@holdfast/warehouse';
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
import { scenarioOfSuite } from '../testing/api-scenario.ts';
import { cancelled, completed, created, paid, sendEvents } from '../testing/order-events.ts';

// Each change is made once; then the events of all are compared with the feed.

const PUBLIC_URL = 'https://holdfast.example';

let events: readonly PublishedEvent[];

const scenario = scenarioOfSuite({ PUBLIC_URL });
beforeAll(async () => {
  await reservationsLive();
  await ordersLive();
  await stockChanges();
  await syncFails();
  events = await readEvents();
});

async function reservationsLive(): Promise<void> {
  const sku = await scenario.newSku({ EAST: 40, WEST: 10 });
  const sold = await scenario.hold(sku, 45, { metadata: { channel: 'app' } });
  await scenario.extend(sold.id, { ttl_seconds: 1_800 });
  await scenario.patch(sold.id, { customer_id: 'cu-1' });
  await scenario.release(sold.id, { lines: [{ sku, quantity: 1 }], reason: 'one less' });
  await scenario.confirm(sold.id, { payment_reference: 'pay-1', lines: [{ sku, quantity: 42 }] });
  await scenario.fulfill(sold.id, { lines: [{ sku, quantity: 2 }] });
  await scenario.cancel(sold.id, { lines: [{ sku, quantity: 1 }] });
  await scenario.returnUnits(sold.id, { lines: [{ sku, quantity: 1 }], reason: 'too small' });
  await scenario.cancel(sold.id, { reason: 'changed their mind' });
  await scenario.release((await scenario.hold(sku)).id, { reason: 'cart emptied' });
  await scenario.fulfill((await scenario.hold(sku)).id);
  await scenario.confirmed(sku);
  const late = await scenario.hold(sku, 3);
  await scenario.makeDue(late.id);
  await scenario.confirm(late.id, { payment_reference: 'pay-2' });
  await scenario.confirm(late.id, { payment_reference: 'pay-2', on_expired: 'reacquire' });
  const last = await scenario.newSku(1);
  const { id } = await scenario.hold(last, 1, { ttl_seconds: 900, notify_before_seconds: 900 });
  await scenario.api.context.ledger.submit({ kind: 'notify-expiring', reservationId: id });
  const lines = [{ sku: last, quantity: 1 }];
  const inLine = { lines, if_short: 'wait', wait_seconds: 600 };
  expect((await scenario.api.call('post', '/v1/reservations', inLine)).status).toBe(202);
}

async function ordersLive(): Promise<void> {
  const sku = await scenario.newSku(5);
  const lines = [{ sku, quantity: 2 }];
  await sendEvents(scenario.api, created('o-1', lines), paid('o-1'), completed('o-1', 'f-1'));
  await sendEvents(
    scenario.api,
    created('o-2', lines),
    cancelled('o-2'),
    created('o-3', [{ sku, quantity: 4 }]),
  );
}

async function stockChanges(): Promise<void> {
  const put = (path: string, body: object) => scenario.api.call('put', path, body);
  const sku = await scenario.newSku(10);
  await put(`/v1/skus/${sku}`, { low_stock_threshold: 5 });
  await scenario.confirmed(sku, 6);
  await put(`/v1/stock-levels/${sku}/EAST`, { on_hand: 2 });
  await put(`/v1/stock-levels/${sku}/EAST`, { on_hand: 50 });
  const drifted = await scenario.newSku(10);
  await scenario.sql.query('UPDATE stock_levels SET reserved = 3 WHERE sku = $1', [drifted]);
  await scenario.api.call('post', '/v1/inventory/consistency/repair', {});
}

async function syncFails(): Promise<void> {
  const { warehouse_sync } = await scenario.confirmed(await scenario.newSku(1), 1);
  const database = openDatabase(scenario.url, { poolMax: 1, applicationName: 'published events test' });
  const claimed = await claimSync(database.prisma, warehouse_sync?.id ?? '', 600_000);
  if (!claimed) throw new Error('the sync of a confirm cannot be claimed');
  await finishAttempt(database, claimed, { state: 'failed', status: 503, error: 'the gateway answered 503' });
  await database.close();
}

async function readEvents(): Promise<readonly PublishedEvent[]> {
  const { rows } = await scenario.sql.query<Omit<StoredEvent, 'position' | 'time'> & { time: Date }>(
    'SELECT id, type, subject, time, reservation_id AS "reservationId", data, changed FROM events ORDER BY id',
  );
  return rows.map((row) => {
    const stored = { ...row, time: row.time.toISOString() };
    return toCloudEvent(stored, { publicUrl: PUBLIC_URL });
  });
}

test('it has an event of every type', () => {
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
});

test('all of it is what the catalog says, to the last field', () => {
  for (const event of events) expect(cloudEventOf(event.type).parse(event)).toEqual(event);
});

test('the CloudEvents SDK takes each for a CloudEvent', () => {
  for (const event of events) expect(new CloudEvent({ ...event }, true).validate()).toBe(true);
});

const readSchema = async (url: string) =>
  z.looseObject({}).parse((await scenario.api.call('get', new URL(url).pathname)).body);

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
/** Without what is published twice: an expiry and a cancel are each followed by a release. */
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
  const { rows } = await scenario.sql.query<{ level: string; reserved: number; allocated: number }>(
    `SELECT sku || '/' || location AS level, reserved::float8, allocated::float8 FROM stock_levels`,
  );
  expect(rows.length).toBeGreaterThan(4);
  for (const { level, ...counters } of rows)
    expect({ level, ...sumOf(level) }).toEqual({ level, ...counters });
});
