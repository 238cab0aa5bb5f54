import type { House } from '../../../tests/house.ts';
import { skuNames } from '../stock.ts';
import { until } from './until.ts';

const BATCH = 200;

const order = (n: number) => ({
  confirm: true,
  lines: [{ sku: skuNames[n % skuNames.length], quantity: 1 }],
});

/** Makes confirmed orders, each of which leaves a sync. */
export async function confirmOrders({ shop }: House, count: number): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start);
    await shop.batch(Array.from({ length: size }, (_, n) => order(start + n)));
  }
}

/** How many confirms the warehouse is to be told, and how many it has been told. */
export async function countConfirms(house: House): Promise<{ all: number; told: number }> {
  const [counted] = await house.query<{ all: number; told: number }>(
    `SELECT count(*)::integer AS all, (count(*) FILTER (WHERE state = 'succeeded'))::integer AS told
     FROM warehouse_syncs
     WHERE action = 'confirm'`,
  );
  return counted ?? { all: 0, told: 0 };
}

/** Waits until it has been told all. */
export async function untilTold(house: House, withinMs: number): Promise<void> {
  await until(async () => {
    const { all, told } = await countConfirms(house);
    return told === all;
  }, withinMs);
}
