import { openDatabase, type Database } from '@holdfast/db';
import {
  createGatewayClient,
  createGatewayLimiter,
  type GatewayClient,
  type GatewayLimiter,
} from '@holdfast/gateway';
import { createProducer, queueConnection, type Producer, type QueueConnection } from '@holdfast/jobs';
import { Ledger, watchLedger } from '@holdfast/ledger';
import { createLogger, createMetrics, type Closable, type Logger } from '@holdfast/runtime';
import type { Registry } from 'prom-client';
import type { WorkerConfig } from './config.ts';
import { createWorkerMetrics, type WorkerMetrics } from './metrics.ts';

/** All that a handler may use. Built once, from the outside in. */
export interface WorkerContext {
  readonly config: WorkerConfig;
  readonly log: Logger;
  readonly registry: Registry;
  readonly metrics: WorkerMetrics;
  /** For reading, and for all rows but stock: syncs, runs, the catalogue, what is forgotten. Stock is the ledger's. */
  readonly database: Database;
  readonly ledger: Ledger;
  readonly queue: QueueConnection;
  readonly producer: Producer;
  readonly gateway: GatewayClient;
  readonly limiter: GatewayLimiter;
  /** In the order in which they were opened. */
  readonly opened: readonly Closable[];
}

/** Statements of the handlers are short; no job keeps a connection while it waits for the gateway or the ledger. */
const POOL_MAX = 6;

export async function createContext(config: WorkerConfig): Promise<WorkerContext> {
  const log = createLogger('worker', config.logLevel);
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
    onCommitted: ({ syncs }) => {
      producer.enqueueSyncs(syncs).catch((error: unknown) => {
        log.warn('queue.enqueue_failed', { error, syncs: syncs.length });
      });
    },
  });
  const gateway = createGatewayClient(config.gateway);
  const limiter = createGatewayLimiter({
    ratePerSecond: config.gateway.ratePerSecond,
    redisUrl: config.redisUrl,
    onError: (error) => log.warn('gateway.limiter_error', { error }),
  });
  const opened = [
    { name: 'database', close: () => database.close() },
    { name: 'queue producer', close: () => producer.close() },
    { name: 'ledger', close: () => ledger.close() },
    { name: 'gateway limiter', close: () => limiter.close() },
  ];
  const metrics = createWorkerMetrics(registry, { limiter, database });
  return { config, log, registry, metrics, database, ledger, queue, producer, gateway, limiter, opened };
}
