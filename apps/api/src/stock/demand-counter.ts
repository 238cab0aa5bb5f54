import { unmetDemandOf, type Outcome } from '@holdfast/domain';
import type { LedgerObserver } from '@holdfast/ledger';
import type { DemandCount } from '@holdfast/reservations';
import type { Closable, Logger } from '@holdfast/runtime';

type CommittedBatch = Parameters<NonNullable<LedgerObserver['committed']>>[0];

/** How often the counts are written, in one statement. */
const WRITE_EVERY_MS = 1_000;

/** The limit of one write: SKUs, times seconds and kinds. More SKUs are not counted. */
const COUNTS_MAX = 5_000;

/**
 * Counts refused calls by SKU and second in memory. During a sale most calls are refused, so a refusal must
 * not cost a write of its own. A crash, or a database that is away for a moment, loses the last second.
 */
export class DemandCounter implements Closable {
  readonly name = 'demand counter';
  readonly #write: (counts: readonly DemandCount[]) => Promise<void>;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #timer: NodeJS.Timeout;
  #counts = new Map<string, DemandCount>();
  #notCounted = 0;

  constructor(write: (counts: readonly DemandCount[]) => Promise<void>, log: Pick<Logger, 'warn'>) {
    this.#write = write;
    this.#log = log;
    this.#timer = setInterval(() => void this.flush(), WRITE_EVERY_MS);
  }

  /** For the ledger's observer: a repeat that was answered by its key is not new demand. */
  readonly count = ({ written }: CommittedBatch): void => {
    for (const { outcome, replayed } of written.answers) {
      if (!replayed) this.countOutcome(outcome, written.reading.now);
    }
  };

  /** @param now when it was decided, epoch milliseconds */
  readonly countOutcome = (outcome: Outcome, now: number): void => {
    const second = Math.floor(now / 1_000);
    for (const { sku, kind, units } of unmetDemandOf(outcome)) this.#add(second, sku, kind, units);
  };

  #add(second: number, sku: string, kind: string, units: number): void {
    const key = `${second} ${kind} ${sku}`;
    const counted = this.#counts.get(key);
    if (counted) {
      counted.calls += 1;
      counted.units += units;
    } else if (this.#counts.size < COUNTS_MAX) {
      this.#counts.set(key, { sku, second, kind, calls: 1, units });
    } else {
      this.#notCounted += 1;
    }
  }

  /** Writes the counts. Never throws. */
  async flush(): Promise<void> {
    if (this.#notCounted > 0) this.#log.warn('demand.not_counted', { calls: this.#notCounted });
    this.#notCounted = 0;
    if (this.#counts.size === 0) return;
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    // It is not tried again: the statement may have been carried out.
    await this.#write(counts).catch((error: unknown) => {
      this.#log.warn('demand.not_written', { error, counts: counts.length });
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
