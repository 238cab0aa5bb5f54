import type { Queryable } from '@holdfast/db';
import type { Command, Refused, ReserveCommand } from '@holdfast/domain';
import { keepNewOutcomes, nameOf, type IdempotencyKey, type KeptOutcome } from '@holdfast/idempotency';
import type { Answer, LedgerGate } from '@holdfast/ledger';
import type { CancelledOrders } from './cancelled-orders.ts';
import { GatheredCalls } from './gathered-calls.ts';
import type { KeptOutcomes } from './kept-outcomes.ts';
import type { KnownSkus } from './known-skus.ts';
import { HOT_PATH_LIMITS } from './limits.ts';
import { RepeatShare } from './repeat-share.ts';
import { mayBeRefused, refusalOf } from './sold-out.ts';

/** Why a call that the hot path might have answered went to the ledger. */
export type OpenedFor = 'redis' | 'not_known' | 'not_sold_out' | 'order' | 'key';

interface GateObserver {
  refused(outcome: Refused, now: number): void;
  replayed(): void;
  opened(why: OpenedFor): void;
}

interface GateParts {
  readonly db: Queryable;
  readonly skus: KnownSkus;
  readonly orders: CancelledOrders;
  readonly kept: KeptOutcomes;
  readonly observer: GateObserver;
}

/**
 * Answers two kinds of calls without PostgreSQL: a repeat of a key whose outcome Redis has, and a create
 * whose SKUs are all sold out. All others go to the ledger. It never says yes.
 *
 * Redis is asked about a SKU only after this process has found it sold out, and about keys only while some
 * are repeated: other creates do not wait for Redis.
 */
export class HotPathGate implements LedgerGate {
  readonly #parts: GateParts;
  /** SKUs that this process has found sold out, the newest last. */
  readonly #soldOut = new Set<string>();
  readonly #repeats = new RepeatShare();
  readonly #refusals: GatheredCalls<KeptOutcome, boolean>;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#refusals = new GatheredCalls((outcomes) => keepRefusals(parts, outcomes), 1);
  }

  async answer(command: Command, key: IdempotencyKey | null): Promise<Answer | null> {
    const { kept, observer } = this.#parts;
    // Events of one order are decided in the order in which they were sent.
    const isAsked = this.#repeats.isWorthALook && !command.kind.startsWith('order-');
    const replay = key && isAsked && (await kept.answerTo(key));
    if (replay) {
      this.#repeats.add(true);
      observer.replayed();
      return replay;
    }
    if (command.kind !== 'reserve' || !this.#isWorthALook(command)) return null;
    const now = Date.now();
    const refused = await this.#refuse(command);
    if (!refused) return null;
    if (key && !(await this.#refusals.call({ ...key, outcome: refused }))) {
      observer.opened('key');
      return null;
    }
    if (key) this.#repeats.add(false);
    observer.refused(refused, now);
    return { outcome: refused, replayed: false };
  }

  #isWorthALook(command: ReserveCommand): boolean {
    if (this.#soldOut.size === 0 || !mayBeRefused(command)) return false;
    return command.lines.every(({ sku }) => this.#soldOut.has(sku));
  }

  async #refuse(command: ReserveCommand): Promise<Refused | null> {
    const { skus, orders, observer } = this.#parts;
    const seen = await skus.look(
      command.lines.map(({ sku }) => sku),
      command.orderId,
    );
    if (seen?.order === 'not known') orders.load();
    const refused = seen && refusalOf(command, seen.skus, Date.now());
    if (refused && seen.order === 'alive') return refused;
    observer.opened(this.#whyOpened(command, seen, refused !== null));
    return null;
  }

  #whyOpened(
    { lines }: ReserveCommand,
    seen: Awaited<ReturnType<KnownSkus['look']>>,
    isSoldOut: boolean,
  ): OpenedFor {
    if (!seen) return 'redis';
    if (isSoldOut) return 'order';
    for (const [index, { sku }] of lines.entries()) {
      if (seen.skus[index]?.soldOutUntil === 0) this.#soldOut.delete(sku);
    }
    return seen.skus.includes(undefined) ? 'not_known' : 'not_sold_out';
  }

  learn({ kind }: Command, key: IdempotencyKey | null, { outcome, replayed }: Answer): void {
    if (key) this.#repeats.add(replayed);
    if (kind !== 'reserve' || outcome.ok || outcome.refusal.code !== 'insufficient_stock') return;
    for (const { sku, location, available } of outcome.refusal.lines) {
      if (location !== undefined || available > 0) continue;
      this.#soldOut.delete(sku);
      this.#soldOut.add(sku);
    }
    for (const sku of this.#soldOut) {
      if (this.#soldOut.size <= HOT_PATH_LIMITS.soldOutMax) break;
      this.#soldOut.delete(sku);
    }
  }
}

/**
 * Keeps refusals for their keys before they are answered. A key that has an outcome already, or that another
 * one of them has, is left to the ledger: false.
 */
async function keepRefusals(
  { db, kept }: GateParts,
  outcomes: readonly KeptOutcome[],
): Promise<readonly boolean[]> {
  const byName = new Map(outcomes.map((each) => [nameOf(each), each]));
  const isNew = await keepNewOutcomes(db, [...byName.values()]);
  const taken = outcomes.map((each) => byName.get(nameOf(each)) === each && isNew.has(nameOf(each)));
  kept.keep(outcomes.filter((_, index) => taken[index]));
  return taken;
}
