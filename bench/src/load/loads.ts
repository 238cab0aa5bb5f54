import { LIMITED, SOLD_OUT, skuNames } from '../api-calls.ts';
import type { Requests } from './orders.ts';

/** Something that is asked of `POST /v1/reservations`, again and again. */
export interface Load extends Omit<Requests, 'url'> {
  readonly name: string;
}

const body = (...skus: readonly string[]) =>
  JSON.stringify({ order_id: 'o-1001', lines: skus.map((sku) => ({ sku, quantity: 1 })) });

/** In a mixed order, so that neighbours in a batch are not neighbours in the index. */
const mixed = skuNames.map((_, index) => skuNames[(index * 617) % skuNames.length] ?? '');

/** The n-th of the SKUs in mixed order, again and again. */
export const mixedSku = (n: number): string => mixed[n % mixed.length] ?? '';

/** The SKUs of the n-th reservation of so many lines: no SKU twice. */
export const skusOf = (n: number, lines: number): string[] =>
  Array.from({ length: lines }, (_, line) => mixedSku(n + line * 311));

const created = (name: string, bodies: readonly string[]): Load => ({
  name,
  bodies,
  keyed: false,
  expect: { status: 201 },
});

export const oneHotSku = created('One hot SKU', [body(skuNames[0] ?? '')]);

/** Customers who come again and again. */
const CUSTOMERS = 2_000;

export const limitedSku = created(
  'One hot SKU with a limit for each customer',
  Array.from({ length: CUSTOMERS }, (_, n) =>
    JSON.stringify({
      order_id: 'o-1001',
      customer_id: `cu-${n}`,
      lines: [{ sku: LIMITED, quantity: 1 }],
    }),
  ),
);
export const thousandSkus = created(
  '1,000 SKUs',
  mixed.map((sku) => body(sku)),
);
export const keyed: Load = { ...thousandSkus, name: '1,000 SKUs, each call with its own key', keyed: true };
export const twoLines = created(
  'Two lines over 1,000 SKUs',
  mixed.map((_, n) => body(...skusOf(n, 2))),
);
export const keyedHotSku: Load = { ...oneHotSku, name: 'Create with a key, one hot SKU', keyed: true };
export const keyedTwoLines: Load = { ...twoLines, name: 'Create with a key, two lines', keyed: true };
export const soldOut: Load = {
  ...created('A sold-out SKU: all refused with 409', [body(SOLD_OUT)]),
  expect: { status: 409, code: 'insufficient_stock' },
};

export const keyedSoldOut: Load = {
  ...soldOut,
  name: 'A sold-out SKU, each call with its own key',
  keyed: true,
};

/** So many a second of each, of one unit over 1,000 SKUs. */
export interface Checkout {
  readonly holds: number;
  readonly confirms: number;
  /** Of the holds. Left out: the API's default. */
  readonly ttlSeconds?: number;
}

/** Seconds after which the same requests come again. */
const BODIES_SECONDS = 10;

/** Holds, and orders that are confirmed in the call that makes them, each of which leaves a sync; evenly mixed. */
export function checkout(
  url: string,
  { holds, confirms, ttlSeconds }: Checkout,
): { requests: Requests; perSecond: number } {
  const perSecond = holds + confirms;
  const isConfirm = (n: number) => ((n + 1) * confirms) % perSecond < confirms;
  const bodies = Array.from({ length: perSecond * BODIES_SECONDS }, (_, n) =>
    JSON.stringify({
      lines: [{ sku: mixedSku(n), quantity: 1 }],
      ...(isConfirm(n) ? { confirm: true } : { ttl_seconds: ttlSeconds }),
    }),
  );
  return { requests: { url, bodies, keyed: false, expect: { status: 201 } }, perSecond };
}
