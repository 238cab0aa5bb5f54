import { canAllWrite, connectionBudget, openDatabase, reportConnections, type Database } from '@holdfast/db';
import { openHotPath } from '@holdfast/hot-path';
import { createProducer, queueConnection, type Producer } from '@holdfast/jobs';
import { Ledger, LEDGER_LIMITS, watchLedger, type Effects } from '@holdfast/ledger';
import {
  createLogger,
  createMetrics,
  openSpans,
  watchDependencies,
  watchEviction,
  warnOfPlainSecrets,
  watchPools,
  type Closable,
  type Logger,
} from '@holdfast/runtime';
import type { WorkerConfig } from './config.ts';
import { watchEvents } from './gauges/event-gauges.ts';
import {
  watchDeadEvents,
  watchHolds,
  watchQueues,
  watchRuns,
  watchShortfalls,
  watchWaitingLine,
} from './gauges/fleet-gauges.ts';
import { watchBacklog, watchGateway } from './gauges/warehouse-gauges.ts';
import { createKafkaMetrics } from './kafka/kafka-metrics.ts';
import { openGateway } from './open-gateway.ts';
import { openSinks } from './open-sinks.ts';
import { createWorkerMetrics } from './worker-metrics.ts';

/** All that a handler may use. Built once, from the outside in. */
export type WorkerContext = Readonly<Awaited<ReturnType<typeof createContext>>>;

/**
 * Handlers' statements are short, and only the job with the expiry turn keeps a connection while it waits.
 */
const POOL_MAX = 6;

/** A request for metrics waits no longer than this for the database. */
const DATABASE_PROBE_MS = 500;

/** Connections to PostgreSQL that a worker opens at most. */
export function workerConnections(config: Pick<WorkerConfig, 'databaseUrl' | 'redisUrl'>) {
  const { producer, workers, listening } = queueConnection(config).connectionsMax;
  return connectionBudget(config.databaseUrl, {
    reading: POOL_MAX,
    ledger: LEDGER_LIMITS.connectionsMax,
    queue_producer: producer,
    queue_workers: workers,
    queue_listening: listening,
  });
}

export async function createContext(config: WorkerConfig) {
  const log = createLogger('worker', config.logLevel);
  warnOfPlainSecrets(config, log);
  const registry = createMetrics('worker');
  const { startSpan, closable: spans } = openSpans('worker', config.spans, log, registry);
  const database = await openOwnPool(config, log);
  const queue = queueConnection(config);
  const producer = await createProducer(queue, { log });
  const hotPath = config.hotPath && (await openHotPath({ ...config.hotPath, database, registry, log }));
  const ledger = new Ledger({
    databaseUrl: config.databaseUrl,
    applicationName: 'holdfast worker ledger',
    fence: hotPath?.fence,
    observer: watchLedger(registry, log),
    onCommitted: (effects) => enqueue(producer, effects, log),
  });
  const gateway = openGateway({ config, database, registry, log, startSpan });
  const kafkaMetrics = createKafkaMetrics(registry);
  const sinks = openSinks({ config, database, registry, log, startSpan, kafkaMetrics });
  const canWrite = (timeoutMs: number) => canAllWrite([database, ledger], timeoutMs);
  watchPools(registry, { reading: database.pool, ledger: ledger.pool });
  watchDependencies(registry, {
    database: () => canWrite(DATABASE_PROBE_MS),
    queue: () => producer.isReady(),
  });
  const eviction = watchEviction(registry, log, () => producer.evictionPolicy());
  /** In the order in which they were opened. */
  const opened: readonly Closable[] = [
    spans,
    { name: 'database', close: () => database.close() },
    { name: 'queue producer', close: () => producer.close() },
    eviction,
    ...(hotPath ? [hotPath] : []),
    { name: 'ledger', close: () => ledger.close() },
    { name: 'gateway', close: () => gateway.close() },
    { name: 'sinks', close: () => sinks.close() },
  ];
  const context = {
    config,
    log,
    registry,
    metrics: createWorkerMetrics(registry),
    startSpan,
    database,
    ledger,
    canWrite,
    queue,
    producer,
    gateway,
    kafkaMetrics,
    sinks,
    opened,
  };
  watchFleet(context);
  return context;
}

/** For reads, and for writes of all rows except stock, which only the ledger writes. */
async function openOwnPool(config: WorkerConfig, log: Logger): Promise<Database> {
  const database = openDatabase(config.databaseUrl, {
    poolMax: POOL_MAX,
    applicationName: 'holdfast worker',
    pipeline: true,
    onConnectionError: (error) => log.warn('database.connection_broke', { error }),
  });
  await reportConnections(database, workerConnections(config), log);
  return database;
}

/** After the commit. The timer of each worker finds what it misses (upkeep.ts). */
function enqueue(producer: Producer, { now, dueAt, syncs, events, toGrant }: Effects, log: Logger): void {
  const counts = { holds: dueAt.length, syncs: syncs.length, grants: toGrant.length };
  const failed = (error: unknown) => log.warn('queue.enqueue_failed', { error, ...counts });
  if (dueAt.length > 0) producer.ensureExpiryJobs(dueAt, now).catch(failed);
  if (events > 0) producer.wakePublisher();
  if (syncs.length > 0) producer.wakeSyncLine();
  producer.enqueueGrants(toGrant).catch(failed);
}

/** Registers the gauges of what the fleet has to do. */
function watchFleet({ config, registry, database, producer, gateway, sinks }: WorkerContext): void {
  watchHolds(registry, database);
  watchShortfalls(registry, database);
  watchWaitingLine(registry, database);
  watchBacklog(registry, database, config);
  watchGateway(registry, gateway);
  watchQueues(registry, producer);
  watchEvents(registry, database, sinks);
  watchDeadEvents(registry, database);
  watchRuns(registry, database);
}
