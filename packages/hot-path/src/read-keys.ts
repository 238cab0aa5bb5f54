import type { Queryable } from '@holdfast/db';
import { readDatabaseName } from './closing-store.ts';
import { HotPathKeys } from './hot-path-keys.ts';

/** The keys in Redis. They contain the database's name, which is read once. */
export class ReadKeys {
  readonly #db: Queryable;
  #reading: Promise<HotPathKeys> | undefined;
  /** Undefined: not read yet. */
  known: HotPathKeys | undefined;

  constructor(db: Queryable) {
    this.#db = db;
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
}
