import { Counter, Histogram, type Registry } from 'prom-client';
import type { LedgerObserver } from './ledger.ts';

/** What a logger must be able to do here; packages/runtime's can. */
interface Log {
  warn(event: string, fields: Record<string, unknown>): unknown;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Shows the ledger's batches, tries and refusals. */
export function watchLedger(registry: Registry, log: Log): LedgerObserver {
  const registers = [registry];
  const size = new Histogram({
    name: 'holdfast_ledger_batch_commands',
    help: 'Commands decided together.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  });
  const waited = new Histogram({
    name: 'holdfast_ledger_wait_seconds',
    help: 'How long the oldest command of a batch waited for it.',
    buckets: SECONDS,
    registers,
  });
  const took = new Histogram({
    name: 'holdfast_ledger_batch_seconds',
    help: 'Time of a batch, retries included.',
    buckets: SECONDS,
    registers,
  });
  const failed = new Counter({
    name: 'holdfast_ledger_failed_tries_total',
    help: 'Tries of a batch that failed, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'holdfast_ledger_overloaded_total',
    help: 'Commands refused because too many waited.',
    registers,
  });
  const overtaken = new Counter({
    name: 'holdfast_ledger_overtaken_total',
    help: 'Times that what an optimistic batch had read was changed before it could be locked.',
    registers,
  });
  const gone = new Counter({
    name: 'holdfast_ledger_callers_gone_total',
    help: 'Commands dropped undone because nobody waited for their answer any more.',
    registers,
  });
  return {
    batch({ commands, waitedMs, tookMs }) {
      size.observe(commands);
      waited.observe(waitedMs / 1000);
      took.observe(tookMs / 1000);
    },
    tryFailed({ reason, tries, error }) {
      failed.inc({ reason });
      log.warn('ledger.try_failed', { reason, tries, error });
    },
    overtaken() {
      overtaken.inc();
    },
    callersGone(commands) {
      gone.inc(commands);
    },
    refusedByLoad() {
      refused.inc();
    },
  };
}
