import { purgeIdempotencyKeys } from '@holdfast/idempotency';
import { purgeImportChunks } from '@holdfast/stock';
import { purgeDeliveries, purgeEventPositions, purgeEvents, purgeDeadEvents } from '@holdfast/events';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import { renewStoredSecrets, SecretCipher } from '@holdfast/webhooks';
import type { WorkerContext } from '../context.ts';

/** How long it deletes without a pause: operators wait for reviews of low stock in the same queue. */
const STRETCH_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Deletes what is past its retention, in short transactions, until nothing is left. Movements are never
 * deleted. Two runs at once take different rows.
 */
export const purgeOldRows =
  (context: WorkerContext): JobHandler<'forget-old-rows'> =>
  async (_payload, { stopping }) => {
    const { config, database, log, metrics } = context;
    const { idempotencyKeyHours, eventDays } = config.retention;
    const started = performance.now();
    const secrets = await renewStoredSecrets(database, new SecretCipher(config.secretsKeys));
    if (secrets > 0) log.info('webhook.secrets_renewed', { webhook_endpoints: secrets });
    const counts = {
      idempotency_keys: 0,
      stock_import_chunks: 0,
      events: 0,
      event_positions: 0,
      webhook_deliveries: 0,
      dead_events: 0,
    };
    const tables = [
      ['idempotency_keys', purgeIdempotencyKeys(database, idempotencyKeyHours)],
      ['stock_import_chunks', purgeImportChunks(database)],
      ['events', purgeEvents(database, eventDays)],
      ['event_positions', purgeEventPositions(database)],
      ['webhook_deliveries', purgeDeliveries(database, eventDays)],
      ['dead_events', purgeDeadEvents(database, eventDays)],
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
