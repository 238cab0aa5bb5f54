import type { GatewayLimiter } from '@holdfast/gateway';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface WorkerMetrics {
  readonly holdsExpired: Counter;
  readonly expiryLag: Histogram;
  readonly syncAttempts: Counter<'outcome'>;
  readonly limiterQueued: Gauge;
}

export function createWorkerMetrics(registry: Registry, limiter: GatewayLimiter): WorkerMetrics {
  const registers = [registry];
  return {
    holdsExpired: new Counter({
      name: 'holdfast_holds_expired_total',
      help: 'Holds whose stock this worker gave back after their time.',
      registers,
    }),
    expiryLag: new Histogram({
      name: 'holdfast_expiry_lag_seconds',
      help: 'How long the oldest hold of a chunk had been due when it was found.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
      registers,
    }),
    syncAttempts: new Counter({
      name: 'holdfast_warehouse_sync_attempts_total',
      help: 'Calls to the Warehouse Gateway, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    limiterQueued: new Gauge({
      name: 'holdfast_gateway_limiter_queued',
      help: 'Calls that wait for their turn at the gateway.',
      registers,
      collect() {
        this.set(limiter.queued());
      },
    }),
  };
}
