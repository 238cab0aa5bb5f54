import type { Queryable } from '@holdfast/db';
import { readDatabaseName } from './closing-store.ts';
import { HotPathKeys } from './hot-path-keys.ts';
import type { HotPathRedis } from './hot-path-redis.ts';

/** The keys in Redis, as soon as the database has said its name. */
export class ReadKeys {
  readonly #db: Queryable;
  readonly #redis: HotPathRedis;
  #reading: Promise<HotPathKeys> | undefined;
  /** Undefined: not read yet. */
  known: HotPathKeys | undefined;

  constructor(db: Queryable, redis: HotPathRedis) {
    this.#db = db;
    this.#redis = redis;
  }

  /** @throws when the database is away */
  async read(): Promise<HotPathKeys> {
    if (this.known) return this.known;
    this.#reading ??= readDatabaseName(this.#db)
      .then((name) => (this.known = new HotPathKeys(name)))
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  /** Deletes what is known of these SKUs, before any later call to Redis. */
  deleteEntries(skus: readonly string[]): void {
    const keys = this.known;
    if (keys) this.#redis.deleteSoon(skus.map((sku) => keys.entry(sku)));
  }
}
