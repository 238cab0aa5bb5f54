import {
  LOOK_CONNECTIONS_MAX,
  openDatabase,
  Replicas,
  type ConnectionPool,
  type Database,
  type Replica,
} from '@holdfast/db';
import type { HotPath } from '@holdfast/hot-path';
import type { Logger } from '@holdfast/runtime';
import type { Registry } from 'prom-client';
import type { ApiConfig } from './config.ts';
import { primaryOnly, withReplicas, type ReadSources } from './http/read-sources.ts';
import {
  openLists,
  openSingleReads,
  READING_POOL_MAX,
  readSource,
  READS_CONNECTIONS_MAX,
  type ReadSource,
} from './read-source.ts';
import { logReplica, watchReplicas } from './watch-replicas.ts';

interface Reads {
  readonly sources: ReadSources;
  readonly replicas: readonly Replica[];
  /** By name, for metrics. */
  readonly pools: Readonly<Record<string, ConnectionPool>>;
  close(): Promise<void>;
}

/** Connections to each replica that an API opens at most. */
export const REPLICA_CONNECTIONS_MAX = READING_POOL_MAX + READS_CONNECTIONS_MAX + LOOK_CONNECTIONS_MAX;

type Settings = Pick<ApiConfig, 'databaseUrl' | 'replicas'>;

interface Observers {
  readonly log: Logger;
  readonly metrics: Registry;
}

/**
 * Opens what reads are answered from: the primary, and the replicas where there are some.
 *
 * @param database of the primary, for lists; it stays the caller's
 * @param hotPath answers availability before the primary is asked, if there is one
 * @throws {Error} when a replica is not one of this primary
 */
export async function openReads(
  database: Database,
  settings: Settings,
  observers: Observers,
  hotPath: HotPath | null,
): Promise<Reads> {
  const singleReads = openSingleReads(
    (options) => openDatabase(settings.databaseUrl, options),
    observers.log,
  );
  const primary: ReadSource = {
    ...readSource(database, singleReads),
    ...(hotPath && { knownAvailability: (skus) => hotPath.availability(skus) }),
  };
  const replicas = await openReplicas(primary, settings, observers);
  return {
    sources: replicas?.sources ?? primaryOnly(primary),
    replicas: replicas?.replicas ?? [],
    pools: { reads: singleReads.pool, ...replicas?.pools },
    async close() {
      await Promise.all([singleReads.close(), replicas?.close()]);
    },
  };
}

async function openReplicas(
  primary: ReadSource,
  { databaseUrl, replicas: settings }: Settings,
  { log, metrics }: Observers,
): Promise<Reads | undefined> {
  if (!settings) {
    watchReplicas(metrics, []); // alerts and dashboards ask every API for the same series
    return undefined;
  }
  const replicas = new Replicas({
    primaryUrl: databaseUrl,
    urls: settings.urls,
    applicationName: 'holdfast api',
    lagMaxMs: settings.lagMaxMs,
    onChange: (replica, error) => logReplica(log, replica, error),
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
    log.info('replica.connections', { replicas: settings.urls.length, of_each: REPLICA_CONNECTIONS_MAX });
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
    replicas: replicas.all,
    pools,
    close: () => replicas.close(),
  };
}
