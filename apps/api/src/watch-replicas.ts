import type { Replica } from '@holdfast/db';
import type { Logger } from '@holdfast/runtime';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReplicaReadOutcome } from './http/read-sources.ts';

/** A list of replicas may also name the primary, for the time after a fail-over: that is not an error. */
export function logReplica(log: Logger, { name, state, lagMs }: Replica, error: unknown): void {
  const fields = { replica: name, lag_ms: Number.isFinite(lagMs) ? Math.round(lagMs) : null };
  if (state === 'unchecked') return; // the check goes on
  if (state === 'in_use') log.info('replica.in_use', fields);
  else if (state === 'promoted') log.info('replica.left_out', { ...fields, reason: state });
  else log.warn('replica.left_out', { ...fields, reason: state, ...(error ? { error } : {}) });
}

/** Shows the state of replicas in metrics. @returns a function that counts a read */
export function watchReplicas(registry: Registry, replicas: readonly Replica[]) {
  const lag = new Gauge({
    name: 'holdfast_replica_lag_seconds',
    help: 'How old the data of a replica is, at most. +Inf: older than is measured. NaN: not known.',
    labelNames: ['replica'] as const,
    registers: [],
    collect() {
      for (const { name, lagMs } of replicas) this.set({ replica: name }, lagMs / 1000);
    },
  });
  registry.registerMetric(lag);
  const leftOut = new Gauge({
    name: 'holdfast_replica_left_out',
    help: '1 while no reads go to a replica, by the reason for it.',
    labelNames: ['replica', 'reason'] as const,
    registers: [],
    collect() {
      this.reset();
      for (const { name, state } of replicas)
        if (state !== 'in_use') this.set({ replica: name, reason: state }, 1);
    },
  });
  registry.registerMetric(leftOut);
  const reads = new Counter({
    name: 'holdfast_replica_reads_total',
    help: 'Reads that may go to a replica: answered by it, repeated on the primary, or not_reached: by the primary.',
    labelNames: ['replica', 'outcome'] as const,
    registers: [registry],
  });
  return (outcome: ReplicaReadOutcome, replica: Replica | undefined) =>
    reads.inc({ replica: replica?.name ?? '', outcome });
}
