import { traceFields, type StoredTrace } from '@holdfast/contract';
import type { JobPayload } from './job-catalog.ts';
import { grantJob, jobOptions, once } from './new-jobs.ts';
import type { QueueCalls } from './queue-calls.ts';

/** Queues work on stock: imports, reviews of SKUs, and those who wait for them. */
export function stockJobs({ queueOf, bounded }: QueueCalls) {
  return {
    /**
     * Queues the import of one row of `stock_imports`, once. If its job is running, it runs once more. Call
     * it after the commit. @throws {QueueUnavailable}
     */
    async enqueueImport(importId: string, trace: Partial<StoredTrace> = {}): Promise<void> {
      const data: JobPayload<'import-stock'> = { import_id: importId, ...traceFields(trace) };
      const options = jobOptions('import-stock', { deduplication: once(importId) });
      await bounded('enqueueImport', () => queueOf('import-stock').add('import-stock', data, options));
    },

    /**
     * Queues a look at the lines for these SKUs, once for each; one that runs is run once more after it. Call
     * it after the commit. @throws {QueueUnavailable}
     */
    async enqueueGrants(skus: readonly string[]): Promise<void> {
      if (skus.length === 0) return;
      // In order: PostgreSQL locks each as it is added, and two processes must not deadlock.
      const jobs = skus.toSorted().map(grantJob);
      await bounded('enqueueGrants', () => queueOf('grant-waiting').addBulk(jobs));
    },

    /**
     * Queues a review of all marked SKUs, once. If the job is running, it runs once more. Call it after the
     * commit. @throws {QueueUnavailable}
     */
    async enqueueStockReview(): Promise<void> {
      const options = jobOptions('review-stock', { deduplication: once('review-stock') });
      await bounded('enqueueStockReview', () => queueOf('review-stock').add('review-stock', {}, options));
    },
  };
}
