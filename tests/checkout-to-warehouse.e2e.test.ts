import { randomUUID } from 'node:crypto';
import {
  checkLedgerInvariants,
  eventually,
  mostlyOn,
  timed,
  want,
  withKey,
  type Hold,
  ofSuite,
} from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const BUCKET_MS = 250;
const bucketOf = (expiresAt: string) => Math.ceil(Date.parse(expiresAt) / BUCKET_MS) * BUCKET_MS;

/** A process's clock differs from the database's by at most the time of its answer, which is long on a busy machine. */
const CLOCKS_APART_MS = BUCKET_MS;

describe.each(mostlyOn('redis'))('from checkout to warehouse, queues on $name', (backend) => {
  // So that no call is repeated.
  const fleet = ofSuite(() => openFleet(backend, { env: { GATEWAY_TIMEOUT_MS: '30000' } }));

  const notificationOf = (reservationId: string) =>
    eventually(async () => {
      const { warehouse_sync: sync } = await fleet.client.read(reservationId);
      expect(sync?.state).toBe('succeeded');
      return sync;
    });

  /** A live hold of 2 s, whose job waits for its time. On a busy machine this may take several tries. */
  async function holdWithItsJob(): Promise<Hold | false> {
    const { client } = fleet;
    const held = await client.hold('TSHIRT', 4, { ttl_seconds: 2 });
    const { reserved, available } = await client.availability('TSHIRT');
    const jobs = await client.jobs('expiry', 'delayed');
    const isAlive = Date.now() < Date.parse(held.expires_at);
    const job = jobs.find(({ data }) => data.bucket_ms === bucketOf(held.expires_at));
    if (isAlive) expect({ reserved, available }).toEqual({ reserved: 4, available: 6 });
    if (isAlive && job?.name === 'expire-due-holds') return held;
    await client.release(held.id);
    return false;
  }

  test('a confirmed reservation is known to the warehouse within 2 s, by one call with its own key', async () => {
    const { client, warehouse } = fleet;
    await client.stock('MUG', 10);
    const held = await client.hold('MUG', 3, { order_id: 'o-1' });
    expect(held).toMatchObject({ status: 'held', order_id: 'o-1', warehouse_sync: null });
    const { value: sync, allowedMs } = await timed(async () => {
      const confirmed = await want(200, client.confirm(held.id, { payment_reference: 'pay-1' }));
      expect(confirmed).toMatchObject({ status: 'confirmed', warehouse_sync: { action: 'confirm' } });
      return notificationOf(held.id);
    });

    expect(sync).toMatchObject({ attempts: 1, last_status: 200, last_error: null });
    const [row] = await fleet.query<{ ms: number }>(
      `SELECT (extract(epoch FROM finished_at - created_at) * 1000)::float8 AS ms
       FROM warehouse_syncs WHERE reservation_id = $1`,
      [held.id],
    );
    expect(row?.ms).toBeLessThan(allowedMs(2_000));
    expect(await warehouse.callsFor(held.id)).toEqual([
      expect.objectContaining({
        idempotency_key: sync?.id,
        status: 200,
        body: expect.objectContaining({
          reservation_id: held.id,
          order_id: 'o-1',
          action: 'confirm',
          lines: [{ sku: 'MUG', location: 'EAST', quantity: 3 }],
        }),
      }),
    ]);
    expect(await client.availability('MUG')).toMatchObject({ reserved: 0, allocated: 3, available: 7 });
  });

  test('a hold of 2 s ends by itself within 1 s of its time, never early, by the delayed job of its quarter second', async () => {
    const { client, warehouse } = fleet;
    await client.stock('TSHIRT', 10);
    const { id, expires_at } = await eventually(holdWithItsJob);
    const bucket_ms = bucketOf(expires_at);

    const ends = async () => {
      const movements = await fleet.query<{ at: Date; late_ms: number }>(
        `SELECT movement.at, (extract(epoch FROM movement.at - hold.expires_at) * 1000)::float8 AS late_ms
         FROM reservations AS hold
         JOIN stock_movements AS movement ON movement.reservation_id = hold.id AND movement.kind = 'expire'
         WHERE hold.id = $1`,
        [id],
      );
      expect(movements).toHaveLength(1);
      return movements[0];
    };
    const { value: given, allowedMs } = await timed(() => eventually(ends));

    expect(given?.late_ms).toBeGreaterThanOrEqual(0);
    expect(given?.late_ms).toBeLessThan(allowedMs(1_000));
    const job = await eventually(async () => {
      const jobs = await client.jobs('expiry', 'completed');
      return jobs.find(({ data }) => data.bucket_ms === bucket_ms) ?? false;
    });
    // Only this job gave the stock back.
    expect(given?.at.getTime()).toBeGreaterThanOrEqual(job.processedOn - CLOCKS_APART_MS);
    expect(given?.at.getTime()).toBeLessThanOrEqual(job.finishedOn + CLOCKS_APART_MS);
    expect(job.processedOn).toBeGreaterThanOrEqual(bucket_ms - CLOCKS_APART_MS);
    expect(await client.read(id)).toMatchObject({ status: 'expired', release_reason: 'expired' });
    expect(await client.availability('TSHIRT')).toMatchObject({ reserved: 0, available: 10 });
    await notificationOf(id);
    expect(await warehouse.callsFor(id)).toEqual([
      expect.objectContaining({ status: 200, body: expect.objectContaining({ action: 'expire' }) }),
    ]);
    const late = await client.confirm(id);
    expect([late.status, late.body.code]).toEqual([409, 'reservation_expired']);
  });

  test('a release gives the stock back at once, and the warehouse is notified', async () => {
    const { client, warehouse } = fleet;
    await client.stock('CAP', 5);
    const { id } = await client.hold('CAP', 5);
    expect((await client.tryHold('CAP')).body.code).toBe('insufficient_stock');

    const released = await want(200, client.release(id, { reason: 'payment failed' }));

    expect(released).toMatchObject({ status: 'released', release_reason: 'payment failed' });
    expect(await client.availability('CAP')).toMatchObject({ reserved: 0, available: 5 });
    await notificationOf(id);
    expect(await warehouse.callsFor(id)).toEqual([
      expect.objectContaining({ status: 200, body: expect.objectContaining({ action: 'release' }) }),
    ]);
  });

  test('the same key twice is one reservation, with the same answer', async () => {
    const { client } = fleet;
    await client.stock('BAG', 10);
    const key = randomUUID();
    const first = await client.tryHold('BAG', 2, {}, withKey(key));
    const second = await client.tryHold('BAG', 2, {}, withKey(key));

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const rows = await fleet.query(`SELECT FROM reservation_lines WHERE sku = 'BAG'`);
    expect(rows).toHaveLength(1);
    expect(await client.availability('BAG')).toMatchObject({ reserved: 2 });
    const other = await client.tryHold('BAG', 3, {}, withKey(key));
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('after all of this the invariants hold', async () => {
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});
