import { together, ofSuite } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { pauseGateway, takeGatewaySlot } from './gateway-slot-store.ts';

const EVERY_MS = 50;
const BOUNDS = { everyMs: EVERY_MS, aheadMaxMs: 2_000, pauseMaxMs: 300_000 };

const db = ofSuite(() => openTestDatabase(4));
beforeEach(() => set("next_slot_at = '-infinity', paused_until = '-infinity'"));

const set = (assignments: string) => db.prisma.$executeRawUnsafe(`UPDATE gateway_pace SET ${assignments}`);
const take = () => takeGatewaySlot(db.prisma, BOUNDS);

/** The next slot's beginning and the database's time, in milliseconds. */
async function row(): Promise<{ next: number; now: number }> {
  const [found] = await db.prisma.$queryRaw<{ next: number; now: number }[]>`
    SELECT
      (extract(epoch FROM next_slot_at) * 1000)::float8 AS next,
      (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now
    FROM gateway_pace`;
  if (!found) throw new Error('no row');
  return found;
}

test('the first slot begins at once, the next one its time later, and none in the past', async () => {
  const slow = { ...BOUNDS, everyMs: 20_000, aheadMaxMs: 25_000 };
  expect(await takeGatewaySlot(db.prisma, slow)).toEqual({ waitMs: 0, pausedMs: 0 });
  const { waitMs } = await takeGatewaySlot(db.prisma, slow);
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThanOrEqual(slow.everyMs);
  await set("next_slot_at = clock_timestamp() - interval '1 hour'");
  expect((await take()).waitMs).toBe(0);
});

test('of many workers that ask at once, each gets a slot of its own', async () => {
  const before = await row();
  const slots = await together(20, take);
  expect(slots.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  const { next } = await row();
  expect(next - before.now).toBeGreaterThanOrEqual(20 * EVERY_MS);
});

test('while the calls are paused none is reserved, and a longer pause is kept', async () => {
  await pauseGateway(db.prisma, 200_000);
  await pauseGateway(db.prisma, 10);
  const before = await row();
  const { waitMs, pausedMs } = await take();
  expect(waitMs).toBeNull();
  expect(pausedMs).toBeGreaterThan(50_000);
  expect((await row()).next).toBe(before.next);
});

test('no slot is reserved too far ahead, and asking for one moves nothing', async () => {
  await set("next_slot_at = clock_timestamp() + interval '2500 ms'");
  const before = await row();
  expect(await take()).toEqual({ waitMs: null, pausedMs: 0 });
  expect((await row()).next).toBe(before.next);
});

describe('a clock that was set back', () => {
  test('does not stop the gateway: slots begin again, after those that may be taken', async () => {
    await set("next_slot_at = clock_timestamp() + interval '1 hour'");
    const { waitMs } = await take();
    expect(waitMs).toBeGreaterThan(BOUNDS.aheadMaxMs - 500);
    expect(waitMs).toBeLessThanOrEqual(BOUNDS.aheadMaxMs);
    expect((await row()).next - (await row()).now).toBeLessThanOrEqual(BOUNDS.aheadMaxMs + EVERY_MS);
  });

  test('does not make a pause longer than a pause can be', async () => {
    await set("paused_until = clock_timestamp() + interval '1 hour'");
    expect(await take()).toEqual({ waitMs: 0, pausedMs: 0 });
  });
});
