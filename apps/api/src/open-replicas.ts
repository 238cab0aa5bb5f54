import { Replicas, type ConnectionPool, type Replica } from '@holdfast/db';
import type { Logger } from '@holdfast/runtime';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ApiConfig } from './config.ts';
import { primaryOnly, withReplicas, type ReadSources } from './http/read-sources.ts';
import { openLists, openSingleReads, readSource, type ReadSource } from './open-reads.ts';

interface OpenReplicas {
  readonly sources: ReadSources;
  /** By name, for metrics. */
  readonly pools: Readonly<Record<string, ConnectionPool>>;
  close(): Promise<void>;
}

/**
 * Opens the pools of all replicas, if there are any, and checks each of them from now on.
 *
 * @throws {Error} when one is not a replica of the primary
 */
export async function openReplicas(
  primary: ReadSource,
  { databaseUrl, replicas: settings }: Pick<ApiConfig, 'databaseUrl' | 'replicas'>,
  { log, metrics }: { readonly log: Logger; readonly metrics: Registry },
): Promise<OpenReplicas> {
  if (!settings) return { sources: primaryOnly(primary), pools: {}, close: () => Promise.resolve() };
  const replicas = new Replicas({
    primaryUrl: databaseUrl,
    urls: settings.urls,
    applicationName: 'holdfast api',
    lagMaxMs: settings.lagMaxMs,
    onChange: (replica, error) => logChange(log, replica, error),
  });
  const pools: Record<string, ConnectionPool> = { position: replicas.primary.pool };
  const sources = new Map<Replica, ReadSource>();
  for (const replica of replicas.all) {
    const lists = openLists((options) => replica.openDatabase(options), log);
    const singleReads = openSingleReads((options) => replica.openDatabase(options), log);
    pools[`reading ${replica.name}`] = lists.pool;
    pools[`reads ${replica.name}`] = singleReads.pool;
    sources.set(replica, readSource(lists, singleReads));
  }
  try {
    await replicas.start();
  } catch (error) {
    await replicas.close();
    throw error;
  }
  return {
    sources: withReplicas({
      primary,
      replicas,
      sourceOf: (replica) => sources.get(replica) ?? primary,
      mayLag: settings.reads === 'all',
      onRead: watchReplicas(metrics, replicas.all),
    }),
    pools,
    close: () => replicas.close(),
  };
}

/** A list of replicas may name the primary as well, for the time after a fail-over: that is no fault. */
function logChange(log: Logger, { name, state, lagMs }: Replica, error: unknown): void {
  const fields = { replica: name, lag_ms: Number.isFinite(lagMs) ? Math.round(lagMs) : null };
  if (state === 'in_use') log.info('replica.in_use', fields);
  else if (state === 'promoted') log.info('replica.left_out', { ...fields, reason: state });
  else log.warn('replica.left_out', { ...fields, reason: state, ...(error ? { error } : {}) });
}

/** @returns what counts a read */
function watchReplicas(registry: Registry, replicas: readonly Replica[]) {
  const lag = new Gauge({
    name: 'holdfast_replica_lag_seconds',
    help: 'How old the data of a replica is, at most. +Inf: older than is measured.',
    labelNames: ['replica'] as const,
    registers: [registry],
    collect() {
      for (const { name, lagMs } of replicas) this.set({ replica: name }, lagMs / 1000);
    },
  });
  const leftOut = new Gauge({
    name: 'holdfast_replica_left_out',
    help: '1 while no reads go to a replica, by reason. No series: reads go there.',
    labelNames: ['replica', 'reason'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, state } of replicas)
        if (state !== 'in_use') this.set({ replica: name, reason: state }, 1);
    },
  });
  void [lag, leftOut];
  const reads = new Counter({
    name: 'holdfast_replica_reads_total',
    help: 'Reads that may go to a replica: answered by it, repeated on the primary, or refused by all replicas.',
    labelNames: ['replica', 'outcome'] as const,
    registers: [registry],
  });
  return (outcome: string, replica: Replica | undefined) =>
    reads.inc({ replica: replica?.name ?? '', outcome });
}
