import { laterSinkJob, once, sinkJob } from './new-jobs.ts';
import type { JobLog, QueueCalls } from './queue-calls.ts';
import { createJobWakeUps } from './wake-job.ts';

/** Queues the publication of events. */
export function eventJobs(calls: QueueCalls, log: JobLog) {
  const { queueOf, bounded } = calls;
  const publisher = createJobWakeUps(calls, log, {
    name: 'publish-events',
    deduplication: once('publish-events'),
  });

  return {
    /**
     * Has the events of a commit numbered and published, soon. For every commit that wrote some: many become
     * one job. Never throws and is not to be waited for; what the queue misses is asked for again by each
     * worker's timer.
     */
    wakePublisher: (): void => publisher.ask(),

    /**
     * Queues the publication of new events to these sinks, now or after a delay. A running job runs once
     * more; one sink never has two running jobs. A job that has failed keeps its backoff.
     *
     * @param delayMs rounded up to a whole second; earlier requests are not delayed by it
     * @throws {QueueUnavailable}
     */
    async wakeSinks(names: readonly string[], delayMs = 0): Promise<void> {
      if (names.length === 0) return;
      // In order: PostgreSQL locks each as it is added, and two processes must not deadlock.
      const sorted = names.toSorted();
      const jobs = sorted.map((name) => (delayMs > 0 ? laterSinkJob(name, delayMs) : sinkJob(name)));
      await bounded('wakeSinks', () => queueOf('publish-to-sink').addBulk(jobs));
    },

    /** Wakes the publisher for the last time, if that was asked for. Never throws. */
    close: (): Promise<void> => publisher.close(),
  };
}
