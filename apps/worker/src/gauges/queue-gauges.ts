import type { Producer } from '@holdfast/jobs';
import { Gauge, type Registry } from 'prom-client';

/** What is finished is of no interest here: the queue keeps the last few hundred, whatever happens. */
const STATES = ['waiting', 'prioritized', 'delayed', 'active', 'failed'];

/**
 * Shows how many jobs each queue has, by state. Every worker reports the same: take the largest, not the sum.
 * Nothing is shown while the queue is away.
 */
export function watchQueues(registry: Registry, producer: Pick<Producer, 'jobCounts'>): void {
  const gauge = new Gauge({
    name: 'holdfast_queue_jobs',
    help: 'Jobs in a queue, by state.',
    labelNames: ['queue', 'state'] as const,
    registers: [],
    async collect() {
      const counted = await producer.jobCounts().catch(() => ({}));
      this.reset();
      for (const [queue, counts] of Object.entries<Readonly<Record<string, number>>>(counted)) {
        for (const state of STATES) this.set({ queue, state }, counts[state] ?? 0);
      }
    },
  });
  registry.registerMetric(gauge);
}
