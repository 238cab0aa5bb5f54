import { syncAction } from '@holdfast/contract';
import type { Database } from '@holdfast/db';
import { showGauge } from '@holdfast/runtime';
import { readSyncBacklog, slotEveryMs, type Gateway } from '@holdfast/warehouse';
import { Gauge, type Registry } from 'prom-client';
import type { WorkerConfig } from '../config.ts';
import { showRead } from './fleet-gauges.ts';

/** With 100,000 syncs that wait a count takes some 50 ms. */
const KEEP_MS = 5_000;

/** Shows which syncs wait. */
export function watchBacklog(registry: Registry, database: Database, config: WorkerConfig): void {
  const secondsEach = slotEveryMs(config.gateway.ratePerSecond) / 1_000;
  const backlog = showRead(registry, () => readSyncBacklog(database.prisma), KEEP_MS, {
    holdfast_warehouse_syncs_failed: [
      'Syncs that were given up after all attempts and wait for an operator.',
      ({ failed }) => failed,
    ],
    holdfast_warehouse_sync_oldest_seconds: [
      'How long ago the oldest transition happened whose sync still waits. Failed syncs do not count.',
      ({ oldestSeconds }) => oldestSeconds,
    ],
    holdfast_warehouse_sync_eta_seconds: [
      'How long the waiting syncs take at full pace, if the warehouse accepts them.',
      ({ waiting }) => Object.values(waiting).reduce((sum, count) => sum + count, 0) * secondsEach,
    ],
  });
  const waiting = new Gauge({
    name: 'holdfast_warehouse_syncs_waiting',
    help: 'Syncs that the warehouse has not confirmed yet, by action.',
    labelNames: ['action'] as const,
    registers: [],
    async collect() {
      const { waiting } = (await backlog()) ?? {};
      for (const action of syncAction.options) this.set({ action }, waiting?.[action] ?? Number.NaN);
    },
  });
  registry.registerMetric(waiting);
}

/** Shows how this worker stands with the gateway. */
export function watchGateway(registry: Registry, gateway: Gateway): void {
  showGauge(
    registry,
    'holdfast_gateway_breaker_open',
    '1 while this worker has found the gateway down and leaves it alone.',
    () => (gateway.standing().isDown ? 1 : 0),
  );
  showGauge(
    registry,
    'holdfast_gateway_paused_seconds',
    'How long calls stay paused because the gateway asked for it (429, Retry-After).',
    () => gateway.standing().pausedMs / 1_000,
  );
  showGauge(
    registry,
    'holdfast_gateway_limiter_queued',
    'Calls that wait for their slot at the gateway.',
    () => gateway.standing().waiting,
  );
}
