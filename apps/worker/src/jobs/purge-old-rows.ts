import { RetryLater, type JobHandler } from '@holdfast/jobs';
import { renewStoredSecrets, SecretCipher } from '@holdfast/webhooks';
import type { WorkerContext } from '../context.ts';
import { purgesOf } from './retention-list.ts';

/** How long it deletes without a pause: operators wait for reviews of low stock in the same queue. */
const STRETCH_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Deletes rows whose retention has ended, in short transactions, until none is left. Movements are never
 * deleted. Two runs at once take different rows.
 */
export const purgeOldRows =
  (context: WorkerContext): JobHandler<'forget-old-rows'> =>
  async (_payload, { stopping }) => {
    const { config, database, log, metrics } = context;
    const started = performance.now();
    const secrets = await renewStoredSecrets(database, new SecretCipher(config.secretsKeys));
    if (secrets > 0) log.info('webhook.secrets_renewed', { webhook_endpoints: secrets });
    const purges = purgesOf(context);
    const counts = new Map(purges.map(([table]) => [table, 0]));
    try {
      for (const [table, chunks] of purges) {
        for await (const count of chunks) {
          counts.set(table, (counts.get(table) ?? 0) + count);
          if (count > 0) metrics.rowsForgotten.inc({ table }, count);
          if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
          if (performance.now() - started > STRETCH_MS)
            throw new RetryLater(PAUSE_MS, 'others are let through');
        }
      }
    } finally {
      const level = [...counts.values()].some((count) => count > 0) ? 'info' : 'debug';
      log[level]('rows.forgotten', {
        ...Object.fromEntries(counts),
        ms: Math.round(performance.now() - started),
      });
    }
  };
