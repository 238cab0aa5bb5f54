import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from './ledger-errors.ts';
import type { LedgerObserver, LedgerQueues } from './ledger-observer.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** What a logger must be able to do here; packages/runtime's can. */
interface Log {
  warn(event: string, fields: Record<string, unknown>): unknown;
}

const ROWS_LOGGED_MAX = 10;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Shows the ledger's batches, tries and refusals, and how full its pending list is. */
export function watchLedger(registry: Registry, log: Log): LedgerObserver {
  const registers = [registry];
  const shown = { ...batchMetrics(registers), ...tryMetrics(registers), ...undecidedMetrics(registers) };
  // From nothing to 1 is no rise to Prometheus; from 0 to 1 is.
  for (const reason of REASONS) shown.failed.inc({ reason }, 0);
  return {
    opened: (ledger) => showQueues(registry, ledger),
    batch({ commands, lines, waitedMs, tookMs }) {
      shown.commands.observe(commands);
      shown.lines.observe(lines);
      shown.waited.observe(waitedMs / 1000);
      shown.took.observe(tookMs / 1000);
    },
    tried({ locking, tookMs, isCommitted }) {
      shown.transaction.observe({ locking, outcome: isCommitted ? 'committed' : 'failed' }, tookMs / 1000);
    },
    tryFailed({ reason, tries, error }) {
      shown.failedTries.inc({ reason });
      log.warn('ledger.try_failed', { reason, tries, error });
    },
    overtaken: () => shown.overtaken.inc(),
    callersGone: (commands) => shown.gone.inc(commands),
    blocked({ commands, rows }) {
      shown.blocked.inc(commands);
      log.warn('ledger.rows_locked', { commands, rows: rows.slice(0, ROWS_LOGGED_MAX) });
    },
    refusedByLoad: () => shown.overloaded.inc(),
    failed: ({ commands, error }) => shown.failed.inc({ reason: reasonOf(error) }, commands),
  };
}

function batchMetrics(registers: Registry[]) {
  return {
    commands: new Histogram({
      name: 'holdfast_ledger_batch_commands',
      help: 'Commands decided together.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
      registers,
    }),
    lines: new Histogram({
      name: 'holdfast_ledger_batch_lines',
      help: 'Lines of the commands decided together.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, LEDGER_LIMITS.linesPerBatchMax],
      registers,
    }),
    waited: new Histogram({
      name: 'holdfast_ledger_wait_seconds',
      help: 'How long the oldest command of a batch waited for it.',
      buckets: SECONDS,
      registers,
    }),
    took: new Histogram({
      name: 'holdfast_ledger_batch_seconds',
      help: 'Time of a batch, retries included.',
      buckets: SECONDS,
      registers,
    }),
  };
}

function tryMetrics(registers: Registry[]) {
  return {
    transaction: new Histogram({
      name: 'holdfast_ledger_transaction_seconds',
      help: 'Time of one transaction, its wait for a connection included. A batch that is tried again has several.',
      labelNames: ['locking', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    failedTries: new Counter({
      name: 'holdfast_ledger_failed_tries_total',
      help: 'Tries of a batch that failed, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    overtaken: new Counter({
      name: 'holdfast_ledger_overtaken_total',
      help: 'Times that what an optimistic batch had read was changed before it could be locked.',
      registers,
    }),
    blocked: new Counter({
      name: 'holdfast_ledger_blocked_total',
      help: 'Times that a command was set aside because another session kept rows locked that it needs.',
      registers,
    }),
  };
}

/** Of commands that end without an outcome. */
function undecidedMetrics(registers: Registry[]) {
  return {
    gone: new Counter({
      name: 'holdfast_ledger_callers_gone_total',
      help: 'Commands dropped undone because their callers had gone.',
      registers,
    }),
    overloaded: new Counter({
      name: 'holdfast_ledger_overloaded_total',
      help: 'Commands refused because too many waited.',
      registers,
    }),
    failed: new Counter({
      name: 'holdfast_ledger_failed_commands_total',
      help: 'Commands whose batch came to nothing after all its tries, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
  };
}

function showQueues(registry: Registry, ledger: LedgerQueues): void {
  const show = (name: string, help: string, read: () => number) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  show(
    'holdfast_ledger_pending_lines',
    'Lines of the commands that wait for a batch.',
    () => ledger.pendingLines,
  );
  show(
    'holdfast_ledger_pending_lines_max',
    'With so many lines waiting, a command is refused at once.',
    () => LEDGER_LIMITS.pendingLinesMax,
  );
  show(
    'holdfast_ledger_blocked_commands',
    'Commands that wait for rows which other sessions keep locked.',
    () => ledger.blocked,
  );
  show(
    'holdfast_ledger_locked_rows',
    'Rows that other sessions keep locked, as far as batches have found them.',
    () => ledger.lockedRows,
  );
}

const REASONS = ['overloaded', 'unavailable', 'outcome_unknown', 'error'] as const;

function reasonOf(error: Error): (typeof REASONS)[number] {
  if (error instanceof LedgerOverloaded) return 'overloaded';
  if (error instanceof LedgerUnavailable) return 'unavailable';
  return error instanceof OutcomeUnknown ? 'outcome_unknown' : 'error';
}
