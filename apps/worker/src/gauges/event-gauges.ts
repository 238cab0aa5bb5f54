import { type Database } from '@holdfast/db';
import { readEventBacklog, REDIS_STREAMS } from '@holdfast/events';
import { webhookSinkName } from '@holdfast/webhooks';
import { lastKnown, SCRAPE_READ_TIMEOUT_MS, showGauge } from '@holdfast/runtime';
import { Gauge, type Registry } from 'prom-client';
import type { Sinks } from '../open-sinks.ts';

/** Deliveries that failed are counted, and kept for as long as events. */
const KEEP_MS = 10_000;

/** Until it was read for the first time: 0 would be a claim. */
const UNKNOWN = Number.NaN;

/**
 * Shows events that are written and not delivered yet. Every worker reports the same: take the largest, not
 * the sum.
 */
export function watchEvents(registry: Registry, database: Database, sinks: Sinks): void {
  const backlog = lastKnown(() => readEventBacklog(database.prisma), {
    first: {
      newestPosition: UNKNOWN,
      oldestNoteSeconds: UNKNOWN,
      webhooksBehind: [],
      oldestDeliverySeconds: UNKNOWN,
      failedDeliveries: UNKNOWN,
      disabledEndpoints: UNKNOWN,
    },
    timeoutMs: SCRAPE_READ_TIMEOUT_MS,
    keepMs: KEEP_MS,
  });
  showGauge(
    registry,
    'holdfast_events_newest_position',
    'Events that were ever given a place in the feed.',
    async () => (await backlog()).newestPosition,
  );
  showGauge(
    registry,
    'holdfast_events_oldest_unnumbered_seconds',
    'For how long the oldest event that is in no feed yet has been committed.',
    async () => (await backlog()).oldestNoteSeconds,
  );
  watchSinks(registry, sinks, backlog);
  watchDeliveries(registry, backlog);
}

type ReadBacklog = () => ReturnType<typeof readEventBacklog>;

function watchSinks(registry: Registry, sinks: Sinks, backlog: ReadBacklog): void {
  const streamsProgress = lastKnown(async () => (await sinks.open(REDIS_STREAMS)?.readProgress()) ?? null, {
    first: UNKNOWN,
    timeoutMs: SCRAPE_READ_TIMEOUT_MS,
    keepMs: KEEP_MS,
  });
  const behind = new Gauge({
    name: 'holdfast_sink_events_behind',
    help: 'Events that a sink has not been given yet, by sink.',
    labelNames: ['sink'] as const,
    registers: [],
    async collect() {
      const { newestPosition, webhooksBehind } = await backlog();
      const streams = await streamsProgress();
      this.reset(); // of an endpoint that was removed, nothing is said
      if (streams !== null) this.set({ sink: REDIS_STREAMS }, Math.max(0, newestPosition - streams));
      for (const { id, behind } of webhooksBehind) this.set({ sink: webhookSinkName(id) }, behind);
    },
  });
  registry.registerMetric(behind);
}

function watchDeliveries(registry: Registry, backlog: ReadBacklog): void {
  showGauge(
    registry,
    'holdfast_webhook_oldest_delivery_seconds',
    'For how long the oldest delivery waits that was tried, or is held up by one that was. Disabled endpoints do not count.',
    async () => (await backlog()).oldestDeliverySeconds,
  );
  showGauge(
    registry,
    'holdfast_webhook_deliveries_failed',
    'Deliveries that were given up after all attempts.',
    async () => (await backlog()).failedDeliveries,
  );
  showGauge(
    registry,
    'holdfast_webhook_endpoints_disabled',
    'Webhook endpoints that are disabled: by an operator, or by their own answer (410).',
    async () => (await backlog()).disabledEndpoints,
  );
}
