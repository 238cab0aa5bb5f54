import { randomUUID } from 'node:crypto';
import type { Queryable } from '@holdfast/db';
import { z } from 'zod';
import { GatheredCalls } from './gathered-calls.ts';
import { bitsOf, type HotPathKeys } from './hot-path-keys.ts';
import type { HotPathRedis } from './hot-path-redis.ts';
import { knownSkuIn, ParsedSkus, type KnownSku } from './known-sku.ts';
import { HOT_PATH_LIMITS } from './limits.ts';
import type { ReadKeys } from './read-keys.ts';
import { readSkuStates, type SkuStates } from './sku-state-store.ts';

interface Question {
  readonly skus: readonly string[];
  /** Null: of no order. */
  readonly orderId: string | null;
}

/** What is known at one instant between question and answer. */
export interface Seen {
  /** In the order of the question. Undefined: not known. */
  readonly skus: readonly (KnownSku | undefined)[];
  /** The SKUs that this process is reading now, as they were not known. Never rejects. */
  readonly readings: ReadonlyMap<string, Promise<KnownSku | undefined>>;
  readonly order: 'alive' | 'may be cancelled' | 'not known';
}

const lookReply = z.tuple([z.string(), z.int()]).rest(z.union([z.string(), z.int()]));

/** Looks SKUs up in Redis, many at once. Reads from PostgreSQL those that Redis grants to this process. */
export class KnownSkus {
  readonly #redis: HotPathRedis;
  readonly #readKeys: ReadKeys;
  readonly #db: Queryable;
  readonly #parsed = new ParsedSkus();
  readonly #looks: GatheredCalls<Question, Seen>;

  constructor(redis: HotPathRedis, readKeys: ReadKeys, db: Queryable) {
    this.#redis = redis;
    this.#readKeys = readKeys;
    this.#db = db;
    this.#looks = new GatheredCalls((questions) => this.#look(questions));
  }

  /** Null: Redis has not answered in time. Never throws. */
  async look(skus: readonly string[], orderId: string | null): Promise<Seen | null> {
    if (!this.#readKeys.known) this.#readKeys.read().catch(() => undefined);
    return this.#redis.isTrusted ? this.#looks.call({ skus, orderId }) : null;
  }

  async #look(questions: readonly Question[]): Promise<readonly Seen[]> {
    const keys = await this.#readKeys.read();
    const skus = [...new Set(questions.flatMap((each) => each.skus))];
    const orders = [...new Set(questions.flatMap(({ orderId }) => orderId ?? []))];
    const reader = randomUUID();
    const { afterLossMs, renewMs, readingMs, answerMs } = HOT_PATH_LIMITS;
    const now = Math.floor(Date.now());
    const reply = await this.#redis.run(
      'look',
      [keys.state, keys.orders, ...skus.map((sku) => keys.entry(sku))],
      [now, reader, afterLossMs, renewMs, readingMs, ...skus, ...orders.flatMap(bitsOf)],
      answerMs,
    );
    const [gen, areOrdersKnown, ...rest] = lookReply.parse(reply);
    const known = new Map<string, KnownSku>();
    const granted: string[] = [];
    for (const [at, sku] of skus.entries()) {
      const text = rest[2 * at];
      if (typeof text === 'string' && text !== '') known.set(sku, this.#parsed.parse(sku, text));
      if (rest[2 * at + 1] === 1) granted.push(sku);
    }
    const readings = this.#readAll(keys, { gen, reader }, granted);
    const cancelled = new Set(orders.filter((_, at) => rest[2 * skus.length + at] === 1));
    return questions.map((each) => ({
      skus: each.skus.map((sku) => known.get(sku)),
      readings,
      order:
        each.orderId === null
          ? 'alive'
          : areOrdersKnown === 0
            ? 'not known'
            : cancelled.has(each.orderId)
              ? 'may be cancelled'
              : 'alive',
    }));
  }

  #readAll(
    keys: HotPathKeys,
    grant: { readonly gen: string; readonly reader: string },
    skus: readonly string[],
  ): Seen['readings'] {
    if (skus.length === 0) return new Map();
    const askedAt = Date.now();
    const reading = readSkuStates(this.#db, skus).then((states) => {
      if (!states.isClosed && isInTime(states, askedAt)) {
        for (const sku of skus) this.#fill(keys, grant, sku, knownSkuIn(states, sku), states.closings);
      }
      return states;
    });
    return new Map(
      skus.map((sku) => [
        sku,
        reading.then(
          (states) => knownSkuIn(states, sku),
          () => undefined,
        ),
      ]),
    );
  }

  #fill(
    keys: HotPathKeys,
    { gen, reader }: { readonly gen: string; readonly reader: string },
    sku: string,
    known: KnownSku | undefined,
    closings: number,
  ): void {
    const until = known?.until ?? 0; // one that does not exist is not kept
    this.#redis
      .run(
        'fill',
        [keys.state, keys.entry(sku)],
        [Math.floor(Date.now()), gen, reader, until, JSON.stringify(known ?? null), closings],
        HOT_PATH_LIMITS.answerMs,
      )
      .catch(() => undefined); // it is read again
  }
}

/** False: the database's clock, which decides which holds are due, was set, and this process lags behind. */
function isInTime({ readAt }: SkuStates, askedAt: number): boolean {
  const { clockErrorMs } = HOT_PATH_LIMITS;
  return readAt >= askedAt - clockErrorMs && readAt <= Date.now() + clockErrorMs;
}
