import { randomUUID } from 'node:crypto';
import type { Queryable } from '@holdfast/db';
import { bitsOf } from './hot-path-keys.ts';
import type { HotPathRedis } from './hot-path-redis.ts';
import { HOT_PATH_LIMITS } from './limits.ts';
import type { ReadKeys } from './read-keys.ts';
import { readCancelledOrders } from './sku-state-store.ts';

interface CancelledOrdersParts {
  readonly redis: HotPathRedis;
  readonly readKeys: ReadKeys;
  readonly db: Queryable;
}

/**
 * Writes the cancelled orders to Redis when it has lost them. Redis must know that an order is not cancelled:
 * a create for a cancelled order is refused for this reason before any other.
 */
export class CancelledOrders {
  readonly #parts: CancelledOrdersParts;
  #loading: Promise<void> | undefined;
  #restsUntil = 0;

  constructor(parts: CancelledOrdersParts) {
    this.#parts = parts;
  }

  /** Begins, unless this or another process does it already. Never throws. */
  load(): void {
    if (this.#loading || performance.now() < this.#restsUntil) return;
    this.#loading = this.#loadAndRest();
  }

  async #loadAndRest(): Promise<void> {
    const fits = await this.#load().catch(() => true); // the next call that misses them begins again
    this.#loading = undefined;
    this.#restsUntil = performance.now() + (fits ? HOT_PATH_LIMITS.restMs : HOT_PATH_LIMITS.tooManyRestMs);
  }

  /** @returns whether there are not too many */
  async #load(): Promise<boolean> {
    const name = randomUUID();
    let after = '';
    let gen = await this.#add(name, '', []);
    for (let read = 0; gen !== '' && read < HOT_PATH_LIMITS.ordersMax;) {
      const orders = await readCancelledOrders(this.#parts.db, after);
      const isLast = orders.length < HOT_PATH_LIMITS.ordersPage;
      gen = await this.#add(name, gen, orders, isLast);
      if (isLast) return true;
      after = orders.at(-1) ?? after;
      read += orders.length;
    }
    return gen === '';
  }

  async #add(name: string, gen: string, orders: readonly string[], isLast = false): Promise<string> {
    const { redis, readKeys } = this.#parts;
    const { state, orders: filter } = await readKeys.read();
    const reply = await redis.run(
      'orders',
      [state, filter],
      [
        Math.floor(Date.now()),
        name,
        HOT_PATH_LIMITS.readingMs,
        gen,
        isLast ? 1 : 0,
        HOT_PATH_LIMITS.afterLossMs,
        ...orders.flatMap(bitsOf),
      ],
      HOT_PATH_LIMITS.connectMs,
    );
    return typeof reply === 'string' ? reply : '';
  }
}
