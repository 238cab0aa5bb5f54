import type { Database } from '@holdfast/db';
import { ALL_MOVEMENTS, readAvailabilityOf, readLowStock, readStockMovements } from '@holdfast/stock';
import { z } from 'zod';
import { callApi } from '../../api-calls.ts';
import { skusInMixedOrder } from '../../fill/stock-history.ts';
import { Connection } from '../../load/connection.ts';
import { latenciesOf, type Latencies } from '../../statistics.ts';

/** Something that is read, by the function that the API calls and through the API. The n-th call reads of another SKU. */
export interface Reading {
  readonly name: string;
  readonly inProcess: (n: number) => Promise<unknown>;
  /** Null: no call reads this. */
  readonly path: ((n: number) => string) | null;
}

/** A page of the list of low SKUs: those that come after a name. */
export interface LowStockReading extends Reading {
  readonly afterSku: string;
}

/** What there is to be read of. */
interface Keys {
  readonly skus: readonly string[];
  readonly locations: readonly string[];
  readonly reservations: readonly string[];
  /** Where the middle of the list of low SKUs is. */
  readonly middle: { readonly afterSku: string; readonly cursor: string };
}

export const AVAILABILITY = 'Availability of one SKU';

const PAGE = 50;
/** The API reads one more, to know whether there is another page. */
export const READ = PAGE + 1;
const RESERVATIONS = 1_000;
const PAGE_MAX = 200;

/** Of a database that `fillStockHistory` has filled. */
export async function findKeys({ prisma }: Database, apiUrl: string, skuCount: number): Promise<Keys> {
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

/** Reads the list of low SKUs page by page, up to this index. */
async function findMiddle(apiUrl: string, index: number): Promise<Keys['middle']> {
  let after = '';
  for (let seen = 0; ;) {
    const limit = Math.max(1, Math.min(PAGE_MAX, index - seen));
    const answer = await callApi(apiUrl, 'GET', `/v1/inventory/low-stock?limit=${limit}${after}`);
    const { data, next_cursor: cursor } = lowStockPage.parse(JSON.parse(answer));
    const last = data.at(-1);
    if (!last || cursor === null) throw new Error('too few SKUs are low: take more --levels');
    seen += data.length;
    if (seen >= index) return { afterSku: last.sku, cursor };
    after = `&cursor=${encodeURIComponent(cursor)}`;
  }
}

/** The yardstick: the levels of a SKU by the first column of their primary key, and nothing else. */
export const bareSelect = ({ prisma }: Database, { skus }: Keys): Reading => ({
  name: 'Bare SELECT of the levels of one SKU',
  path: null,
  inProcess: (n) => prisma.$queryRaw`
    SELECT sku, location, on_hand, reserved, allocated, safety_stock, shortfall, version, updated_at
    FROM stock_levels
    WHERE sku = ${at(skus, n)}`,
});

export const availability = ({ prisma }: Database, { skus }: Keys): Reading => ({
  name: AVAILABILITY,
  inProcess: (n) => readAvailabilityOf(prisma, [at(skus, n)]),
  path: (n) => `/v1/items/${at(skus, n)}/availability`,
});

export function lowStockPages({ prisma }: Database, { middle }: Keys): readonly LowStockReading[] {
  const page = (name: string, afterSku: string, query: string): LowStockReading => ({
    name: `Low stock: ${name}`,
    afterSku,
    inProcess: () => readLowStock(prisma, { after: afterSku, limit: READ }),
    path: () => `/v1/inventory/low-stock?limit=${PAGE}${query}`,
  });
  return [
    page('the first page', '', ''),
    page('a page in the middle', middle.afterSku, `&cursor=${encodeURIComponent(middle.cursor)}`),
  ];
}

type MovementFilter = Parameters<typeof readStockMovements>[1];

export function movementPages(
  { prisma }: Database,
  { skus, locations, reservations }: Keys,
): readonly Reading[] {
  const page = (name: string, filterOf: (n: number) => Partial<MovementFilter>): Reading => ({
    name: `Movements: ${name}`,
    inProcess: (n) =>
      readStockMovements(prisma, { ...ALL_MOVEMENTS, ...filterOf(n) }, { after: null, limit: READ }),
    path(n) {
      const { reservationId, ...filter } = filterOf(n);
      const query = Object.entries({ ...filter, ...(reservationId && { reservation_id: reservationId }) });
      return `/v1/stock-movements?limit=${PAGE}${query.map(([key, value]) => `&${key}=${value}`).join('')}`;
    },
  });
  return [
    page('all', () => ({})),
    page('of a SKU', (n) => ({ sku: at(skus, n) })),
    page('of a location', (n) => ({ location: at(locations, n) })),
    page('of a SKU in a location', (n) => ({ sku: at(skus, n), location: at(locations, n) })),
    page('of a reservation', (n) => ({ reservationId: at(reservations, n) })),
  ];
}

const at = (names: readonly string[], n: number): string => names[n % names.length] ?? '';

/** In one round, each call after the other on one connection. */
export interface CallTimes {
  readonly inProcess: Latencies;
  readonly http: Latencies | null;
}

const CALLS = 500;

/** @param round other rounds read of other SKUs */
export async function timeCalls(
  { inProcess, path }: Reading,
  apiUrl: string,
  round: number,
): Promise<CallTimes> {
  const timeEach = async (call: (n: number) => Promise<unknown>) => {
    const latencies: number[] = [];
    for (let n = round * CALLS; n < (round + 1) * CALLS; n += 1) {
      const started = performance.now();
      await call(n);
      latencies.push(performance.now() - started);
    }
    return latenciesOf(latencies);
  };
  const timed = await timeEach(inProcess);
  if (!path) return { inProcess: timed, http: null };
  const url = new URL(apiUrl);
  const connection = await Connection.open(url);
  try {
    return { inProcess: timed, http: await timeEach((n) => get(connection, url, path(n))) };
  } finally {
    connection.close();
  }
}

function get(connection: Connection, { host }: URL, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (answer: Buffer) => {
      if (answer.toString('latin1', 0, 13) === 'HTTP/1.1 200 ') resolve();
      else reject(new Error(`GET ${path}: ${answer.toString().slice(0, 1_000)}`));
    };
    connection.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, check, reject);
  });
}
