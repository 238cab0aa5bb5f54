import type { Database } from '@holdfast/db';
import { z } from 'zod';
import { skusInMixedOrder } from './fill-stock.ts';
import type { Subjects } from './readings.ts';

const RESERVATIONS = 1_000;
const PAGE_MAX = 200;

/** Of a database that `fillStock` has filled. */
export async function findSubjects(
  { prisma }: Database,
  apiUrl: string,
  skuCount: number,
): Promise<Subjects> {
  const skus = skusInMixedOrder(skuCount);
  const reservations = await prisma.$queryRaw<{ id: string }[]>`
    SELECT reservation_id::text AS id
    FROM stock_movements
    WHERE sku = ANY(${skus.slice(0, RESERVATIONS)}::text[])
      AND kind = 'fulfill'
    LIMIT ${RESERVATIONS}::integer`;
  const locations = await prisma.$queryRaw<{ location: string }[]>`SELECT location FROM locations`;
  const low = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer AS count
    FROM skus
    WHERE is_low`;
  return {
    skus,
    locations: locations.map(({ location }) => location),
    reservations: reservations.map(({ id }) => id),
    middle: await findMiddle(apiUrl, Math.floor((low[0]?.count ?? 0) / 2)),
  };
}

const lowStockPage = z.object({
  data: z.array(z.object({ sku: z.string() })),
  next_cursor: z.string().nullable(),
});

/** Turns the pages of the list of low SKUs, until so many have gone by. */
async function findMiddle(apiUrl: string, index: number): Promise<Subjects['middle']> {
  const url = new URL('/v1/inventory/low-stock', apiUrl);
  for (let seen = 0; ;) {
    url.searchParams.set('limit', String(Math.max(1, Math.min(PAGE_MAX, index - seen))));
    const response = await fetch(url);
    const { data, next_cursor: cursor } = lowStockPage.parse(await response.json());
    const last = data.at(-1);
    if (!last || cursor === null) throw new Error('too few SKUs are low: take more --levels');
    seen += data.length;
    if (seen >= index) return { afterSku: last.sku, cursor };
    url.searchParams.set('cursor', cursor);
  }
}
