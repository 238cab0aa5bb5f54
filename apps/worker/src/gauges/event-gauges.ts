import type { Database } from '@holdfast/db';
import { readEventBacklog, REDIS_STREAMS } from '@holdfast/events';
import { KAFKA } from '@holdfast/kafka';
import { lastKnown, SCRAPE_READ_TIMEOUT_MS } from '@holdfast/runtime';
import { webhookSinkName } from '@holdfast/webhooks';
import { Gauge, type Registry } from 'prom-client';
import type { Sinks } from '../open-sinks.ts';
import { showRead } from './fleet-gauges.ts';

/** Deliveries that failed are counted, and kept for as long as events. */
const KEEP_MS = 10_000;

/** Shows events that are written and not delivered yet. */
export function watchEvents(registry: Registry, database: Database, sinks: Sinks): void {
  const backlog = showRead(registry, () => readEventBacklog(database.prisma), KEEP_MS, {
    holdfast_events_newest_position: [
      'Events that were ever given a place in the feed.',
      ({ newestPosition }) => newestPosition,
    ],
    holdfast_events_oldest_unnumbered_seconds: [
      'For how long the oldest event that is in no feed yet has been committed.',
      ({ oldestNoteSeconds }) => oldestNoteSeconds,
    ],
    holdfast_webhook_oldest_delivery_seconds: [
      'For how long the oldest delivery waits that was tried, or is held up by one that was. Disabled endpoints do not count.',
      ({ oldestDeliverySeconds }) => oldestDeliverySeconds,
    ],
    holdfast_webhook_deliveries_failed: [
      'Deliveries that were given up after all attempts.',
      ({ failedDeliveries }) => failedDeliveries,
    ],
    holdfast_webhook_endpoints_disabled: [
      'Webhook endpoints that are disabled: by an operator, or by their own answer (410).',
      ({ disabledEndpoints }) => disabledEndpoints,
    ],
  });
  const progressOf = (name: string) =>
    lastKnown(async () => (await sinks.open(name)?.readProgress()) ?? null, {
      first: Number.NaN,
      timeoutMs: SCRAPE_READ_TIMEOUT_MS,
      keepMs: KEEP_MS,
    });
  const progresses = [REDIS_STREAMS, KAFKA].map((sink) => ({ sink, read: progressOf(sink) }));
  const behind = new Gauge({
    name: 'holdfast_sink_events_behind',
    help: 'Events that a sink has not been given yet, by sink.',
    labelNames: ['sink'] as const,
    registers: [],
    async collect() {
      const { newestPosition = Number.NaN, webhooksBehind = [] } = (await backlog()) ?? {};
      const known = await Promise.all(
        progresses.map(async ({ sink, read }) => ({ sink, progress: await read() })),
      );
      this.reset(); // of an endpoint that was removed, nothing is said
      for (const { sink, progress } of known) {
        if (progress !== null) this.set({ sink }, Math.max(0, newestPosition - progress));
      }
      for (const { id, behind } of webhooksBehind) this.set({ sink: webhookSinkName(id) }, behind);
    },
  });
  registry.registerMetric(behind);
}
