import type { LedgerObserver } from '@holdfast/ledger';
import type { Logger } from '@holdfast/runtime';
import type { RequestHandler } from 'express';
import { Counter, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Times every request by route (not by path: ids would make a series each), method and status. */
export function measureRequests(registry: Registry): RequestHandler {
  const duration = new Histogram({
    name: 'holdfast_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return (request, response, next) => {
    const started = performance.now();
    response.once('finish', () => {
      const route: unknown = request.route;
      const path = route && typeof route === 'object' && 'path' in route ? String(route.path) : 'none';
      duration.observe(
        { method: request.method, route: path, status: response.statusCode },
        (performance.now() - started) / 1000,
      );
    });
    next();
  };
}

/** Shows the ledger's batches, tries and refusals. */
export function watchLedger(registry: Registry, log: Logger): LedgerObserver {
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
    refusedByLoad() {
      refused.inc();
    },
  };
}
