import type { Changes, MovementKind } from '@holdfast/domain';
import type { KeptOutcome } from '@holdfast/idempotency';
import type { Decided } from './batch/decide-batch.ts';

/** What a batch is about to commit. */
export interface FencedChanges {
  /** SKUs of which some units come free, also where the same batch promises them again. */
  readonly freed: readonly string[];
  readonly cancelledOrders: readonly string[];
}

/** How its transaction ended: one of these is called. None waits, none throws. */
export interface FencedCommit {
  committed(changes: {
    /** SKUs of which anything that is shown has changed. */
    readonly changed: readonly string[];
    readonly kept: readonly KeptOutcome[];
  }): void;
  rolledBack(): void;
  isUnknown(): void;
}

/** Called for each commit, for whatever answers from memory. */
export interface CommitFence {
  /**
   * Called when all locks are held and a batch is decided, while it is written: the commit waits for it.
   *
   * @throws when nothing may be committed now: the transaction is rolled back, and tried again
   */
  before(changes: FencedChanges): Promise<FencedCommit>;
}

/** Movements of these kinds make no unit free. What others do depends on more than their numbers. */
const FREEING_NOTHING: ReadonlySet<MovementKind> = new Set(['reserve', 'confirm', 'fulfill']);

function skusFreedBy({ movements }: Changes): readonly string[] {
  const freeing = movements.filter(({ kind }) => !FREEING_NOTHING.has(kind));
  return [...new Set(freeing.map(({ sku }) => sku))];
}

/** The fences of one try of a batch. */
export class TriedFence {
  readonly #fence: CommitFence | undefined;
  #fenced: Promise<FencedCommit> | undefined;

  constructor(fence: CommitFence | undefined) {
    this.#fence = fence;
  }

  /** Begins, and is not waited for: the batch is written meanwhile. */
  begin({ changes, kept }: Decided): void {
    const { levels, waits, orders } = changes;
    if (!this.#fence || levels.length + waits.length + orders.length + kept.length === 0) return;
    const cancelled = orders.filter(({ cancelledAt }) => cancelledAt !== null);
    this.#fenced = this.#fence.before({
      freed: skusFreedBy(changes),
      cancelledOrders: cancelled.map(({ orderId }) => orderId),
    });
    this.#fenced.catch(() => undefined); // `ready` throws it, if the batch comes so far
  }

  /** @throws when nothing may be committed */
  async ready(): Promise<void> {
    await this.#fenced;
  }

  async committed({ changes, kept }: Decided): Promise<void> {
    const skus = [
      ...changes.levels.map(({ sku }) => sku),
      ...changes.waits.flatMap(({ lines }) => lines.map(({ sku }) => sku)),
    ];
    (await this.#fenced)?.committed({ changed: [...new Set(skus)], kept });
  }

  rolledBack(): void {
    this.#fenced?.then(
      (fenced) => fenced.rolledBack(),
      () => undefined,
    );
  }

  isUnknown(): void {
    this.#fenced?.then(
      (fenced) => fenced.isUnknown(),
      () => undefined,
    );
  }
}
