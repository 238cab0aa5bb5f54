import { randomUUID } from 'node:crypto';
import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { patiently } from './patience.ts';
import { want } from './shop.ts';

jest.setTimeout(120_000);

const BUCKET_MS = 250;

describe.each(queueBackends)('from checkout to warehouse, queues on $name', (backend) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(backend);
  });

  afterAll(() => house?.close());

  const toldOf = (reservationId: string) =>
    patiently(async () => {
      const { warehouse_sync: sync } = await house.shop.see(reservationId);
      expect(sync?.state).toBe('succeeded');
      return sync;
    });

  test('a confirmed reservation is known to the warehouse within 2 s, by one call with its own key', async () => {
    const { shop, warehouse } = house;
    await shop.stock('MUG', 10);
    const held = await shop.hold({ sku: 'MUG', quantity: 3, order_id: 'o-1' });
    expect(held).toMatchObject({ status: 'held', order_id: 'o-1', warehouse_sync: null });
    const confirmed = await want(200, shop.confirm(held.id, { payment_reference: 'pay-1' }));
    expect(confirmed).toMatchObject({ status: 'confirmed', warehouse_sync: { action: 'confirm' } });

    const sync = await toldOf(held.id);

    expect(sync).toMatchObject({ attempts: 1, last_status: 200, last_error: null });
    const [row] = await house.query<{ ms: number }>(
      `SELECT (extract(epoch FROM finished_at - created_at) * 1000)::float8 AS ms
       FROM warehouse_syncs WHERE reservation_id = $1`,
      [held.id],
    );
    expect(row?.ms).toBeLessThan(2_000);
    expect(await warehouse.callsFor(held.id)).toEqual([
      expect.objectContaining({
        idempotency_key: sync?.id,
        status: 200,
        body: expect.objectContaining({
          reservation_id: held.id,
          order_id: 'o-1',
          action: 'confirm',
          lines: [{ sku: 'MUG', location: 'WH-1', quantity: 3 }],
        }),
      }),
    ]);
    expect(await shop.availability('MUG')).toMatchObject({ reserved: 0, allocated: 3, available: 7 });
  });

  test('a hold of 2 s ends by itself within 1 s of its time, never early, by the delayed job of its quarter second', async () => {
    const { shop, warehouse } = house;
    await shop.stock('TSHIRT', 10);
    const { id, expires_at } = await shop.hold({ sku: 'TSHIRT', quantity: 4, ttl_seconds: 2 });
    const bucket_ms = Math.ceil(Date.parse(expires_at) / BUCKET_MS) * BUCKET_MS;
    expect(await shop.availability('TSHIRT')).toMatchObject({ reserved: 4, available: 6 });
    // It lies there with its time on it: nobody has to look whether something is due.
    const delayed = await patiently(async () => {
      const job = (await shop.jobs('expiry', 'delayed')).find(({ data }) => data.bucket_ms === bucket_ms);
      return job ?? false;
    });
    expect(delayed.name).toBe('expire-due-holds');

    const [given] = await patiently(async () => {
      const movements = await house.query<{ at: Date; late_ms: number }>(
        `SELECT movement.at, (extract(epoch FROM movement.at - hold.expires_at) * 1000)::float8 AS late_ms
         FROM reservations AS hold
         JOIN stock_movements AS movement ON movement.reservation_id = hold.id AND movement.kind = 'expire'
         WHERE hold.id = $1`,
        [id],
      );
      expect(movements).toHaveLength(1);
      return movements;
    });

    expect(given?.late_ms).toBeGreaterThanOrEqual(0);
    expect(given?.late_ms).toBeLessThan(1_000);
    const job = await patiently(async () => {
      const jobs = await shop.jobs('expiry', 'completed');
      return jobs.find(({ data }) => data.bucket_ms === bucket_ms) ?? false;
    });
    // It was this very job, and no one else, who gave the stock back: both clocks are this machine's.
    expect(given?.at.getTime()).toBeGreaterThanOrEqual(job.processedOn - 2);
    expect(given?.at.getTime()).toBeLessThanOrEqual(job.finishedOn + 2);
    expect(job.processedOn).toBeGreaterThanOrEqual(bucket_ms - 2);
    expect(await shop.see(id)).toMatchObject({ status: 'expired', release_reason: 'expired' });
    expect(await shop.availability('TSHIRT')).toMatchObject({ reserved: 0, available: 10 });
    await toldOf(id);
    expect(await warehouse.callsFor(id)).toEqual([
      expect.objectContaining({ status: 200, body: expect.objectContaining({ action: 'expire' }) }),
    ]);
    const late = await shop.confirm(id);
    expect([late.status, late.body.code]).toEqual([409, 'reservation_expired']);
  });

  test('a release gives the stock back at once, and the warehouse is told', async () => {
    const { shop, warehouse } = house;
    await shop.stock('CAP', 5);
    const { id } = await shop.hold({ sku: 'CAP', quantity: 5 });
    expect((await shop.reserve({ sku: 'CAP' })).body.code).toBe('insufficient_stock');

    const released = await want(200, shop.release(id, { reason: 'payment failed' }));

    expect(released).toMatchObject({ status: 'released', release_reason: 'payment failed' });
    expect(await shop.availability('CAP')).toMatchObject({ reserved: 0, available: 5 });
    await toldOf(id);
    expect(await warehouse.callsFor(id)).toEqual([
      expect.objectContaining({ status: 200, body: expect.objectContaining({ action: 'release' }) }),
    ]);
  });

  test('the same key twice is one reservation, with the same answer', async () => {
    const { shop } = house;
    await shop.stock('BAG', 10);
    const key = randomUUID();
    const first = await shop.reserve({ sku: 'BAG', quantity: 2 }, key);
    const second = await shop.reserve({ sku: 'BAG', quantity: 2 }, key);

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const rows = await house.query(`SELECT FROM reservation_lines WHERE sku = 'BAG'`);
    expect(rows).toHaveLength(1);
    expect(await shop.availability('BAG')).toMatchObject({ reserved: 2 });
    const other = await shop.reserve({ sku: 'BAG', quantity: 3 }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('after all of this the books are right', async () => {
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});
