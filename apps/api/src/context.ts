import type { StartSpan } from '@holdfast/contract';
import {
  canAllWrite,
  connectionBudget,
  openDatabase,
  POSITION_CONNECTIONS_MAX,
  reportConnections,
  type Database,
} from '@holdfast/db';
import { openHotPath, type HotPath } from '@holdfast/hot-path';
import { createProducer, queueConnection, type Producer } from '@holdfast/jobs';
import { countReceived, Intake } from '@holdfast/events';
import {
  Ledger,
  LEDGER_LIMITS,
  newId,
  watchLedger,
  type Effects,
  type LedgerObserver,
} from '@holdfast/ledger';
import {
  createLogger,
  createMetrics,
  openSpans,
  watchDependencies,
  watchEviction,
  watchPools,
  warnOfPlainSecrets,
  type Closable,
  type Logger,
} from '@holdfast/runtime';
import { addDemandCounts } from '@holdfast/reservations';
import { SecretCipher } from '@holdfast/webhooks';
import type { Registry } from 'prom-client';
import type { ApiConfig } from './config.ts';
import { openLiveFeed } from './events/event-stream.ts';
import { ReaderPlaces } from './events/reader-places.ts';
import { watchEventStreams } from './events/watch-event-streams.ts';
import { openAccessControl } from './http/access-control.ts';
import { openReads } from './open-reads.ts';
import { openLists, READING_POOL_MAX, READS_CONNECTIONS_MAX } from './read-source.ts';
import { DemandCounter } from './stock/demand-counter.ts';

/** All that a route may use. Built once, from the outside in; tests build the same. */
export type ApiContext = Readonly<Awaited<ReturnType<typeof createContext>>>;

/** A company has a few dozen consumers. */
const LONG_POLLS = { max: 500, ofCallerMax: 100 } as const;

/** A request for metrics waits no longer than this for the database. */
const DATABASE_PROBE_MS = 500;

/** Connections to the primary that an API opens at most. */
export const apiConnections = (
  config: Pick<ApiConfig, 'databaseUrl' | 'redisUrl'> & Partial<Pick<ApiConfig, 'replicas'>>,
) =>
  connectionBudget(config.databaseUrl, {
    position: config.replicas ? POSITION_CONNECTIONS_MAX : 0,
    reading: READING_POOL_MAX,
    single_reads: READS_CONNECTIONS_MAX,
    ledger: LEDGER_LIMITS.connectionsMax,
    queue_producer: queueConnection(config).connectionsMax.producer,
  });

export async function createContext(config: ApiConfig) {
  const log = createLogger('api', config.logLevel);
  warnOfPlainSecrets(config, log);
  const metrics = createMetrics('api');
  const { startSpan, closable: spans } = openSpans('api', config.spans, log, metrics);
  const database = openLists((options) => openDatabase(config.databaseUrl, options), log);
  await reportConnections(database, apiConnections(config), log);
  const producer = await createProducer(queueConnection(config), { log });
  const demand = new DemandCounter((counts) => addDemandCounts(database.prisma, counts), log);
  const hotPath =
    config.hotPath && (await openHotPath({ ...config.hotPath, database, registry: metrics, log }));
  const reads = await openReads(database, config, { log, metrics }, hotPath);
  const ledger = openLedger(config, { metrics, log, startSpan, producer, demand, hotPath });
  watchPools(metrics, { reading: database.pool, ...reads.pools, ledger: ledger.pool });
  const canWrite = (timeoutMs: number) => canAllWrite([database, ledger], timeoutMs);
  watchDependencies(metrics, {
    database: () => canWrite(DATABASE_PROBE_MS),
    queue: () => producer.isReady(),
  });
  const eviction = watchEviction(metrics, log, () => producer.evictionPolicy());
  const accessControl = openAccessControl(config, log);
  /** Aborted when the process has been asked to stop: it is not ready any more. */
  const stopping = new AbortController();
  const liveFeed = openLiveFeed(database, config, stopping.signal);
  /** In the order in which they were opened. */
  const opened: readonly Closable[] = [
    spans,
    { name: 'database', close: () => database.close() },
    { name: 'reads', close: () => reads.close() },
    demand,
    { name: 'queue', close: () => producer.close() },
    eviction,
    ...(hotPath ? [hotPath] : []),
    { name: 'ledger', close: () => ledger.close() },
    { name: 'access control', close: () => accessControl.close() },
  ];
  return {
    config,
    log,
    metrics,
    startSpan,
    database,
    sources: reads.sources,
    replicas: reads.replicas,
    ledger,
    hotPath,
    changeCatalogue: aroundChanges(hotPath),
    canWrite,
    intake: openIntake(ledger, database, config, metrics),
    producer,
    demand,
    liveFeed,
    longPolls: new ReaderPlaces(LONG_POLLS),
    eventStreams: watchEventStreams(metrics, config),
    secretCipher: new SecretCipher(config.secretsKeys),
    accessControl,
    stopping,
    opened,
  };
}

function openIntake(ledger: Ledger, database: Database, config: ApiConfig, metrics: Registry): Intake {
  return new Intake({
    submit: (command, key, signal) => ledger.submit(command, key, { signal }),
    newId,
    database,
    settings: config,
    maySend: (caller, source) => config.apiKeys?.mayUseSource(caller, source) ?? true,
    onDecided: countReceived(metrics),
  });
}

function openLedger(
  config: ApiConfig,
  { metrics, log, startSpan, producer, demand, hotPath }: LedgerParts,
): Ledger {
  return new Ledger({
    databaseUrl: config.databaseUrl,
    applicationName: 'holdfast api ledger',
    fence: hotPath?.fence,
    gate: hotPath?.openGate(demand.countOutcome),
    onCommitted: (effects) => enqueue(producer, effects, log),
    observer: { ...watchLedger(metrics, log), committed: committedTo(demand, startSpan) },
  });
}

interface LedgerParts {
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly log: Logger;
  readonly startSpan: StartSpan | undefined;
  readonly producer: Producer;
  readonly demand: DemandCounter;
  readonly hotPath: HotPath | null;
}

/** Around each change of these SKUs, or, null, of a location. */
const aroundChanges =
  (hotPath: HotPath | null) =>
  <Result>(skus: readonly string[] | null, change: () => Promise<Result>): Promise<Result> =>
    hotPath ? hotPath.fence.around(skus, change) : change();

/** After the commit, and only then. Checkout does not wait for it; missing jobs are rebuilt from rows. */
function enqueue(producer: Producer, effects: Effects, log: Logger): void {
  const { now, dueAt, syncs, events, toGrant } = effects;
  const failed = (error: unknown) =>
    log.warn('queue.enqueue_failed', {
      error,
      holds: dueAt.length,
      syncs: syncs.length,
      grants: toGrant.length,
    });
  if (dueAt.length > 0) producer.ensureExpiryJobs(dueAt, now).catch(failed);
  if (syncs.length > 0) producer.wakeSyncLine();
  if (toGrant.length > 0) producer.enqueueGrants(toGrant).catch(failed);
  if (events > 0) producer.wakePublisher();
}

function committedTo(demand: DemandCounter, startSpan: StartSpan | undefined): LedgerObserver['committed'] {
  const recordSpans = startSpan && recordCommits(startSpan);
  return (batch) => {
    demand.count(batch);
    recordSpans?.(batch);
  };
}

/** One span for each command: from its call of the ledger to the commit of its batch. */
const recordCommits =
  (startSpan: StartSpan): NonNullable<LedgerObserver['committed']> =>
  ({ entries }) => {
    for (const { command, trace, since } of entries) {
      if (!trace) continue;
      startSpan('internal', trace.traceparent, since).end({
        name: `ledger ${command.kind}`,
        attributes: { 'holdfast.batch_commands': entries.length },
      });
    }
  };
