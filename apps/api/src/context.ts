import { openDatabase, type Database } from '@holdfast/db';
import { createProducer, queueConnection, type Producer } from '@holdfast/jobs';
import { Ledger, watchLedger, type Effects } from '@holdfast/ledger';
import { createLogger, createMetrics, type Closable, type Logger } from '@holdfast/runtime';
import type { Registry } from 'prom-client';
import type { ApiConfig } from './config.ts';

/** All that a route may use. Built once, from the outside in; tests build the same. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly metrics: Registry;
  /** For reading. Stock is written by the ledger only. */
  readonly database: Database;
  readonly ledger: Ledger;
  readonly producer: Producer;
  /** In the order in which they were opened. */
  readonly opened: readonly Closable[];
}

/** Connections for reading and for what is not stock. */
const READING_POOL_MAX = 4;

export async function createContext(config: ApiConfig): Promise<ApiContext> {
  const log = createLogger('api', config.logLevel);
  const metrics = createMetrics('api');
  const database = openDatabase(config.databaseUrl, {
    poolMax: READING_POOL_MAX,
    applicationName: 'holdfast api',
    onConnectionError: (error) => log.warn('database.connection_broke', { error }),
  });
  const producer = await createProducer(queueConnection(config), { log });
  const ledger = new Ledger({
    databaseUrl: config.databaseUrl,
    applicationName: 'holdfast api ledger',
    locking: config.locking,
    onCommitted: (effects) => enqueue(producer, effects, log),
    observer: watchLedger(metrics, log),
  });
  const opened = [
    { name: 'database', close: () => database.close() },
    { name: 'queue', close: () => producer.close() },
    { name: 'ledger', close: () => ledger.close() },
  ];
  return { config, log, metrics, database, ledger, producer, opened };
}

/** After the commit, and only then. Checkout does not wait for it; what it misses is rebuilt from rows. */
function enqueue(producer: Producer, { now, dueAt, syncs }: Effects, log: Logger): void {
  const failed = (error: unknown) =>
    log.warn('queue.enqueue_failed', { error, holds: dueAt.length, syncs: syncs.length });
  if (dueAt.length > 0) producer.ensureExpiryJobs(dueAt, now).catch(failed);
  if (syncs.length > 0) producer.enqueueSyncs(syncs).catch(failed);
}
