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
  const shown = metricsOf([registry]);
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
    tried({ tookMs, isCommitted }) {
      shown.transaction.observe({ outcome: isCommitted ? 'committed' : 'failed' }, tookMs / 1000);
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

function metricsOf(registers: Registry[]) {
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const byReason = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['reason'] as const, registers });
  return {
    commands: histogram(
      'holdfast_ledger_batch_commands',
      'Commands decided together.',
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    ),
    lines: histogram('holdfast_ledger_batch_lines', 'Lines of the commands decided together.', [
      1,
      2,
      4,
      8,
      16,
      32,
      64,
      128,
      256,
      LEDGER_LIMITS.linesPerBatchMax,
    ]),
    waited: histogram(
      'holdfast_ledger_wait_seconds',
      'How long the oldest command of a batch waited for it.',
      SECONDS,
    ),
    took: histogram('holdfast_ledger_batch_seconds', 'Time of a batch, retries included.', SECONDS),
    transaction: new Histogram({
      name: 'holdfast_ledger_transaction_seconds',
      help: 'Time of one transaction, its wait for a connection included. A batch that is tried again has several.',
      labelNames: ['outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    failedTries: byReason('holdfast_ledger_failed_tries_total', 'Tries of a batch that failed, by reason.'),
    overtaken: counter(
      'holdfast_ledger_overtaken_total',
      'Times that what a batch had read was changed before it was locked, so that it began again.',
    ),
    blocked: counter(
      'holdfast_ledger_blocked_total',
      'Times that a command was set aside because another session kept rows locked that it needs.',
    ),
    gone: counter(
      'holdfast_ledger_callers_gone_total',
      'Commands dropped undone because their callers had gone.',
    ),
    overloaded: counter('holdfast_ledger_overloaded_total', 'Commands refused because too many waited.'),
    failed: byReason(
      'holdfast_ledger_failed_commands_total',
      'Commands whose batch came to nothing after all its tries, by reason.',
    ),
  };
}

function showQueues(registry: Registry, ledger: LedgerQueues): void {
  const show = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
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
