import { randomUUID } from 'node:crypto';
import { hasCommittedNothing } from '@holdfast/db';
import type { CommitFence, FencedChanges, FencedCommit } from '@holdfast/ledger';
import type { ClosedHotPath } from './closed-hot-path.ts';
import { bitsOf } from './hot-path-keys.ts';
import type { HotPathRedis } from './hot-path-redis.ts';
import type { KeptOutcomes } from './kept-outcomes.ts';
import { HOT_PATH_LIMITS } from './limits.ts';
import type { ReadKeys } from './read-keys.ts';

/**
 * The effect of a change: units of these SKUs may come free, and these orders are cancelled. Null: any SKU.
 */
interface Marked {
  readonly skus: readonly string[] | null;
  readonly orders: readonly string[];
}

/** A mark that is set. */
interface Mark {
  /** Ends it: the change is committed, or certainly never will be. */
  done(): void;
  /** The outcome of the commit is not known: the mark ends by itself, in `markMs`. */
  leave(): void;
}

const NO_MARK: Mark = { done: () => undefined, leave: () => undefined };

interface FenceParts {
  readonly redis: HotPathRedis;
  readonly readKeys: ReadKeys;
  readonly closed: ClosedHotPath;
  readonly kept: KeptOutcomes;
  readonly onMarked: () => void;
}

/**
 * Keeps answers from Redis as correct as answers from PostgreSQL. A change that may turn a refusal into
 * another answer is marked in Redis before its commit, and unmarked after it. If Redis cannot be reached, the
 * hot path is closed (docs/decisions/0042). Other changes delete entries after the commit.
 */
export class HotPathFence implements CommitFence {
  readonly #parts: FenceParts;

  constructor(parts: FenceParts) {
    this.#parts = parts;
  }

  async before({ freed, cancelledOrders }: FencedChanges): Promise<FencedCommit> {
    const mark =
      freed.length + cancelledOrders.length > 0
        ? await this.#mark({ skus: freed, orders: cancelledOrders })
        : NO_MARK;
    return {
      committed: ({ changed, kept }) => {
        this.#parts.kept.keep(kept, changed);
        mark.done();
      },
      rolledBack: () => mark.done(),
      isUnknown: () => mark.leave(),
    };
  }

  /**
   * Carries out a change of the catalogue: of these SKUs, or (null) of a location.
   *
   * @throws errors of `change`, or if neither the mark nor the closing of the hot path succeeded
   */
  async around<Result>(skus: readonly string[] | null, change: () => Promise<Result>): Promise<Result> {
    const mark = await this.#mark({ skus, orders: [] });
    try {
      const result = await change();
      mark.done();
      return result;
    } catch (error) {
      if (hasCommittedNothing(error)) mark.done();
      else mark.leave();
      throw error;
    }
  }

  async #mark(marked: Marked): Promise<Mark> {
    const id = randomUUID();
    await this.#markOrClose(id, marked);
    this.#parts.onMarked();
    const again = setInterval(() => {
      this.#markOrClose(id, marked).catch(() => undefined);
    }, HOT_PATH_LIMITS.markAgainMs);
    return {
      done: () => {
        clearInterval(again);
        void this.#done(id, marked);
      },
      leave: () => clearInterval(again),
    };
  }

  async #markOrClose(id: string, { skus, orders }: Marked): Promise<void> {
    const { redis, readKeys, closed } = this.#parts;
    try {
      const keys = await readKeys.read();
      const now = Math.floor(Date.now());
      // Without SKUs a mark is of all: one of orders alone names a SKU that cannot be.
      const named = skus === null ? [] : skus.length === 0 ? [''] : skus;
      await redis.run(
        'mark',
        [keys.state, keys.orders, ...named.map((sku) => keys.entry(sku))],
        [now, now + HOT_PATH_LIMITS.markMs, id, ...named, ...orders.flatMap(bitsOf)],
        HOT_PATH_LIMITS.markAnswerMs,
      );
    } catch {
      await closed.close();
    }
  }

  async #done(id: string, { skus }: Marked): Promise<void> {
    if (skus?.length === 0) return;
    const { redis, readKeys } = this.#parts;
    try {
      const { state } = await readKeys.read();
      await redis.run(
        'done',
        [state],
        [Math.floor(Date.now()), id, ...(skus ?? [])],
        HOT_PATH_LIMITS.markAnswerMs,
      );
    } catch {
      // The mark ends by itself.
    }
  }
}
