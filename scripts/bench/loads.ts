import type { Requests } from './load-generator/orders.ts';
import { SOLD_OUT, skuNames } from './stock.ts';

/** Something that is asked of `POST /v1/reservations`, again and again. */
export interface Load extends Omit<Requests, 'url'> {
  readonly name: string;
}

const body = (...skus: readonly string[]) =>
  JSON.stringify({ order_id: 'o-1001', lines: skus.map((sku) => ({ sku, quantity: 1 })) });

const created = { status: 201 } as const;

/** In a mixed order, so that neighbours in a batch are not neighbours in the index. */
export const mixed = skuNames.map((_, index) => skuNames[(index * 617) % skuNames.length] ?? '');

export const oneHotSku: Load = {
  name: 'One hot SKU',
  bodies: [body(skuNames[0] ?? '')],
  keyed: false,
  expect: created,
};

export const thousandSkus: Load = {
  name: '1,000 SKUs',
  bodies: mixed.map((sku) => body(sku)),
  keyed: false,
  expect: created,
};

export const keyed: Load = { ...thousandSkus, name: '1,000 SKUs, each call with its own key', keyed: true };

export const twoLines: Load = {
  name: 'Two lines over 1,000 SKUs',
  bodies: mixed.map((sku, index) => body(sku, mixed[(index + 311) % mixed.length] ?? '')),
  keyed: false,
  expect: created,
};

export const soldOut: Load = {
  name: 'A sold-out SKU: all refused with 409',
  bodies: [body(SOLD_OUT)],
  keyed: false,
  expect: { status: 409, code: 'insufficient_stock' },
};
