import type { GatewayLimiter } from '@holdfast/gateway';
import { Counter, Gauge, type Registry } from 'prom-client';

export interface WorkerMetrics {
  readonly holdsExpired: Counter;
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
