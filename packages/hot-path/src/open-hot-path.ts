import type { Database } from '@holdfast/db';
import type { Refused } from '@holdfast/domain';
import type { LedgerGate } from '@holdfast/ledger';
import type { RedisAddress } from '@holdfast/runtime/redis';
import type { Availability } from '@holdfast/stock';
import type { Registry } from 'prom-client';
import { CancelledOrders } from './cancelled-orders.ts';
import { ClosedHotPath } from './closed-hot-path.ts';
import { HotPathFence } from './hot-path-fence.ts';
import { HotPathGate } from './hot-path-gate.ts';
import { HotPathRedis } from './hot-path-redis.ts';
import { KeptOutcomes } from './kept-outcomes.ts';
import { KnownSkus } from './known-skus.ts';
import { ReadKeys } from './read-keys.ts';
import { watchHotPath, type HotPathLog } from './watch-hot-path.ts';

export type HotPath = Awaited<ReturnType<typeof openHotPath>>;

export interface HotPathOptions extends RedisAddress {
  /** Connections for work outside the ledger: reading SKUs and orders for Redis, and closing the hot path. */
  readonly database: Database;
  readonly registry: Registry;
  readonly log: HotPathLog;
}

/** Redis in front of PostgreSQL: `fence` for commits, and answers from Redis (docs/decisions/0042). */
export async function openHotPath({ database, registry, log, ...address }: HotPathOptions) {
  const watch = watchHotPath(registry, log);
  const redis = new HotPathRedis(address, watch);
  const db = database.prisma;
  const readKeys = new ReadKeys(db);
  const kept = new KeptOutcomes(redis, readKeys);
  const closed = new ClosedHotPath(database, () => watch.closed());
  const fence = new HotPathFence({ redis, readKeys, closed, kept, onMarked: () => watch.marked() });
  const skus = new KnownSkus(redis, readKeys, db);
  const orders = new CancelledOrders({ redis, readKeys, db });
  await redis.open();
  await readKeys.read().catch(() => undefined); // it is read when it is needed

  return {
    name: 'hot path',
    fence,
    /** @param onRefused called with each refusal, and when it was decided (epoch milliseconds) */
    openGate(onRefused: (outcome: Refused, now: number) => void): LedgerGate {
      const observer = {
        refused(outcome: Refused, now: number) {
          watch.answered('refused');
          onRefused(outcome, now);
        },
        replayed: () => watch.answered('replayed'),
        opened: watch.opened,
      };
      return new HotPathGate({ db, skus, orders, kept, observer });
    },
    /** The state of these SKUs, all at one instant. Null: PostgreSQL must be asked. Never throws. */
    async availability(names: readonly string[]): Promise<readonly Availability[] | null> {
      const seen = await skus.look(names, null);
      if (!seen) return null;
      const found = await Promise.all(
        names.map(async (name, index) => {
          const known = seen.skus[index];
          if (known && Date.now() < known.until) return known.availability;
          // A read that is under way in this process is as new as a read for this call would be.
          return names.length === 1 ? ((await seen.readings.get(name))?.availability ?? null) : null;
        }),
      );
      const all = found.flatMap((each) => each ?? []);
      if (all.length < names.length) return null;
      watch.answered('availability');
      return all;
    },
    close: () => redis.close(),
  };
}
