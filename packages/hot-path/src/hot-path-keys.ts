import { hash } from 'node:crypto';
import { nameOf, type IdempotencyKey } from '@holdfast/idempotency';

/** Each cancelled order sets four bits. With 1,000,000 of them, one of 500 others is taken for cancelled. */
const ORDER_BITS = 2 ** 24;

/** The names of the hot path's keys in Redis: all in one slot of a Cluster, as scripts use several. */
export class HotPathKeys {
  readonly #prefix: string;
  readonly state: string;
  readonly orders: string;

  /** @param database whose data they have; several may share a Redis */
  constructor(database: string) {
    this.#prefix = `{holdfast:hot-path:1:${database}}`;
    this.state = `${this.#prefix}:state`;
    this.orders = `${this.#prefix}:orders`;
  }

  entry(sku: string): string {
    return `${this.#prefix}:sku:${sku}`;
  }

  kept(key: IdempotencyKey): string {
    return `${this.#prefix}:key:${nameOf(key)}`;
  }
}

/** The bits of an order in the filter. The first bit is not among them. */
export function bitsOf(orderId: string): readonly number[] {
  const bytes = hash('sha1', orderId, 'buffer');
  return [0, 4, 8, 12].map((at) => (bytes.readUInt32BE(at) % (ORDER_BITS - 1)) + 1);
}
