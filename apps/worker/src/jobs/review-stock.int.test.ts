import { ledgerAway, workerOfTest } from '../testing/test-worker.ts';

const worker = workerOfTest();

const prisma = () => worker.context.database.prisma;
const hushed = () =>
  jest.spyOn(worker.context.log, 'info').mockImplementation(() => worker.context.log as never);

/** SKUs with ten units each and this threshold, of which a review was asked. */
async function addSkus(count: number, threshold: number): Promise<void> {
  await prisma().$executeRaw`INSERT INTO locations (location) VALUES ('EAST') ON CONFLICT DO NOTHING`;
  await prisma().$executeRaw`
    INSERT INTO skus (sku, low_stock_threshold, review_asked_at)
    SELECT 'T' || ${threshold} || '-' || n, ${threshold}::integer, clock_timestamp()
    FROM generate_series(1, ${count}::integer) AS n`;
  await prisma().$executeRaw`
    INSERT INTO stock_levels (sku, location, on_hand, version, level_seq)
    SELECT sku, 'EAST', 10, 1, 1
    FROM skus
    WHERE low_stock_threshold = ${threshold}::integer`;
}

async function skus(): Promise<unknown> {
  const [row] = await prisma().$queryRaw<unknown[]>`
    SELECT
      count(*) FILTER (WHERE is_low)::integer AS low,
      count(*) FILTER (WHERE review_asked_at IS NOT NULL)::integer AS asked
    FROM skus`;
  return row;
}

async function eventsBy(type: string): Promise<number> {
  const [row] = await prisma().$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer FROM events WHERE type = ${type}`;
  return row?.count ?? Number.NaN;
}

test('every SKU that is to be looked at is, though they are more than one batch', async () => {
  await addSkus(450, 10);
  await addSkus(30, 9);
  const info = hushed();
  await worker.run('review-stock', {});
  expect(await skus()).toEqual({ low: 450, asked: 0 });
  expect(await eventsBy('warehouse.inventory.stock_low')).toBe(450);
  expect(info).toHaveBeenCalledWith('stock.reviewed', { skus: 480 });
});

test('a second look changes nothing, also when two workers look at once', async () => {
  await addSkus(250, 10);
  hushed();
  await Promise.all([worker.run('review-stock', {}), worker.run('review-stock', {})]);
  await worker.run('review-stock', {});
  expect(await skus()).toEqual({ low: 250, asked: 0 });
  expect(await eventsBy('warehouse.inventory.stock_low')).toBe(250);
});

test('it does not go round and round when the same SKUs are asked for again', async () => {
  await addSkus(3, 10);
  let looks = 0;
  const submit = () => {
    looks += 1;
    return Promise.resolve({ outcome: { ok: true, reviewed: true }, replayed: false });
  };
  const ledger = Object.assign(ledgerAway(), { submit });
  await expect(worker.run('review-stock', {}, { ledger })).rejects.toMatchObject({
    name: 'RetryLater',
    delayMs: 1_000,
  });
  expect(looks).toBe(1);
  await ledger.close();
});

test('a worker that stops leaves the rest to another', async () => {
  await addSkus(3, 10);
  await expect(worker.run('review-stock', {}, {}, AbortSignal.abort())).rejects.toMatchObject({
    name: 'RetryLater',
    delayMs: 0,
  });
  expect(await skus()).toEqual({ low: 0, asked: 3 });
});

test('without the database it fails, to be tried again', async () => {
  await addSkus(1, 10);
  const ledger = ledgerAway();
  await expect(worker.run('review-stock', {}, { ledger })).rejects.toMatchObject({
    name: 'LedgerUnavailable',
  });
  await ledger.close();
  expect(await skus()).toEqual({ low: 0, asked: 1 });
});
