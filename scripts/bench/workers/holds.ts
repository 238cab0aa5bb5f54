import type { House } from '../../../tests/house.ts';
import { skuNames } from '../stock.ts';

/** As many as a batch may have. */
const BATCH = 500;

/** Makes holds of one unit each, of one SKU after the other. @param ttlSeconds of the hold with this number */
export async function makeHolds(
  { shop }: House,
  count: number,
  ttlSeconds: (n: number) => number,
): Promise<void> {
  const hold = (n: number) => ({
    lines: [{ sku: skuNames[n % skuNames.length], quantity: 1 }],
    ttl_seconds: ttlSeconds(n),
  });
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start);
    await shop.batch(Array.from({ length: size }, (_, n) => hold(start + n)));
  }
}
