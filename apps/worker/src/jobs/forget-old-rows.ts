import {
  forgetDeliveries,
  forgetEventPositions,
  forgetEvents,
  forgetIdempotencyKeys,
  forgetImportChunks,
  forgetOldDeadEvents,
} from '@holdfast/db';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/** How long it deletes at a stretch. It shares its queue with the look at low stock, for which operators wait. */
const STRETCH_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Deletes what is past its retention, in short transactions, until nothing is left: idempotency keys, staged rows of
 * files, events with their places and deliveries, dead events. Movements are never deleted. What is asked for twice is deleted once: each run takes other rows.
 */
export const forgetOldRows =
  (context: WorkerContext): JobHandler<'forget-old-rows'> =>
  async (_payload, { stopping }) => {
    const { config, database, log, metrics } = context;
    const { idempotencyKeyHours, eventDays } = config.retention;
    const started = performance.now();
    const counts = {
      idempotency_keys: 0,
      stock_import_chunks: 0,
      events: 0,
      event_positions: 0,
      webhook_deliveries: 0,
      dead_events: 0,
    };
    const tables = [
      ['idempotency_keys', forgetIdempotencyKeys(database, idempotencyKeyHours)],
      ['stock_import_chunks', forgetImportChunks(database)],
      ['events', forgetEvents(database, eventDays)],
      ['event_positions', forgetEventPositions(database)],
      ['webhook_deliveries', forgetDeliveries(database, eventDays)],
      ['dead_events', forgetOldDeadEvents(database, eventDays)],
    ] as const;
    try {
      for (const [table, chunks] of tables) {
        for await (const count of chunks) {
          counts[table] += count;
          metrics.rowsForgotten.inc({ table }, count);
          if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
          if (performance.now() - started > STRETCH_MS)
            throw new RetryLater(PAUSE_MS, 'others are let through');
        }
      }
    } finally {
      const level = Object.values(counts).some((count) => count > 0) ? 'info' : 'debug';
      log[level]('rows.forgotten', { ...counts, ms: Math.round(performance.now() - started) });
    }
  };
