import { canAllWrite, openDatabase, type Database } from '@holdfast/db';
import type { Gateway } from '@holdfast/warehouse';
import { createProducer, queueConnection, type Producer, type QueueConnection } from '@holdfast/jobs';
import { Ledger, watchLedger } from '@holdfast/ledger';
import {
  createLogger,
  createMetrics,
  watchDependencies,
  watchEviction,
  warnOfPlainSecrets,
  watchPools,
  type Closable,
  type Logger,
} from '@holdfast/runtime';
import type { Registry } from 'prom-client';
import type { WorkerConfig } from './config.ts';
import { watchDeadEvents } from './gauges/dead-event-gauges.ts';
import { watchEvents } from './gauges/event-gauges.ts';
import { watchHolds } from './gauges/hold-gauges.ts';
import { watchQueues } from './gauges/queue-gauges.ts';
import { watchShortfalls } from './gauges/shortfall-gauges.ts';
import { watchBacklog, watchGateway } from './gauges/warehouse-gauges.ts';
import { createWorkerMetrics, type WorkerMetrics } from './worker-metrics.ts';
import { createReconcileMetrics, type ReconcileMetrics } from './reconcile/reconcile-metrics.ts';
import { openGateway } from './open-gateway.ts';
import { openSinks, type Sinks } from './open-sinks.ts';

/** All that a handler may use. Built once, from the outside in. */
export interface WorkerContext {
  readonly config: WorkerConfig;
  readonly log: Logger;
  readonly registry: Registry;
  readonly metrics: WorkerMetrics;
  readonly reconcileMetrics: ReconcileMetrics;
  /**
   * For reading, and for all rows but stock: syncs, runs, the catalogue, what is purged. Stock is the
   * ledger's.
   */
  readonly database: Database;
  readonly ledger: Ledger;
  /**
   * Whether the reading and the ledger's connections answer within `timeoutMs` and can write. Never throws.
   */
  readonly canWrite: (timeoutMs: number) => Promise<boolean>;
  readonly queue: QueueConnection;
  readonly producer: Producer;
  readonly gateway: Gateway;
  /** Where events are published. */
  readonly sinks: Sinks;
  /** In the order in which they were opened. */
  readonly opened: readonly Closable[];
}

/**
 * Statements of the handlers are short. No job keeps a connection while it waits for the gateway. Only the
 * job of the fleet that has the expiry turn keeps one while it waits for the ledger (db's
 * expiry-turn-store.ts).
 */
const POOL_MAX = 6;

/** What asks for metrics waits no longer for the database. */
const DATABASE_PROBE_MS = 500;

export async function createContext(config: WorkerConfig): Promise<WorkerContext> {
  const log = createLogger('worker', config.logLevel);
  warnOfPlainSecrets(config, log);
  const registry = createMetrics('worker');
  const database = openDatabase(config.databaseUrl, {
    poolMax: POOL_MAX,
    applicationName: 'holdfast worker',
    onConnectionError: (error) => log.warn('database.connection_broke', { error }),
  });
  const queue = queueConnection(config);
  const producer = await createProducer(queue, { log });
  const ledger = new Ledger({
    databaseUrl: config.databaseUrl,
    applicationName: 'holdfast worker ledger',
    locking: config.locking,
    observer: watchLedger(registry, log),
    onCommitted: ({ syncs, events }) => {
      if (events > 0) producer.wakePublisher();
      producer.enqueueSyncs(syncs).catch((error: unknown) => {
        log.warn('queue.enqueue_failed', { error, syncs: syncs.length });
      });
    },
  });
  const gateway = openGateway({ config, database, registry, log });
  const sinks = openSinks({ config, database, registry, log });
  const canWrite = (timeoutMs: number) => canAllWrite([database, ledger], timeoutMs);
  watchParts({ config, registry, database, ledger, canWrite, producer, gateway, sinks });
  const eviction = watchEviction(registry, log, () => producer.evictionPolicy());
  const opened = [
    { name: 'database', close: () => database.close() },
    { name: 'queue producer', close: () => producer.close() },
    eviction,
    { name: 'ledger', close: () => ledger.close() },
    { name: 'gateway', close: () => gateway.close() },
    { name: 'sinks', close: () => sinks.close() },
  ];
  const metrics = createWorkerMetrics(registry);
  const reconcileMetrics = createReconcileMetrics(registry, database);
  return {
    config,
    log,
    registry,
    metrics,
    reconcileMetrics,
    database,
    ledger,
    canWrite,
    queue,
    producer,
    gateway,
    sinks,
    opened,
  };
}

type Watched = Pick<
  WorkerContext,
  'config' | 'registry' | 'database' | 'ledger' | 'canWrite' | 'producer' | 'gateway' | 'sinks'
>;

/** Registers the gauges of what this process has open, and of what the fleet has to do. */
function watchParts({
  config,
  registry,
  database,
  ledger,
  canWrite,
  producer,
  gateway,
  sinks,
}: Watched): void {
  watchHolds(registry, database);
  watchShortfalls(registry, database);
  watchBacklog(registry, database, config);
  watchGateway(registry, gateway);
  watchQueues(registry, producer);
  watchEvents(registry, database, sinks);
  watchDeadEvents(registry, database);
  watchPools(registry, { reading: database.pool, ledger: ledger.pool });
  watchDependencies(registry, {
    database: () => canWrite(DATABASE_PROBE_MS),
    queue: () => producer.isReady(),
  });
}
