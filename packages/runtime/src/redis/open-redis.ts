import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { findWrongKind, type WrongRedisKind, wrongKindIn } from './redis-kind.ts';
import { readRedisUrl, type RedisKind, type RedisPlace } from './redis-url.ts';

/** Where Redis is: `REDIS_URL`, and the text of `REDIS_CA_FILE`. */
export interface RedisAddress {
  readonly redisUrl: string;
  /** The certificates (PEM) of the only authorities that may sign the certificates of servers. */
  readonly redisCa?: string | undefined;
}

/** A connection to one server, or one to each node of a Cluster. */
export type RedisClient = Redis | Cluster;

/** Named as in ioredis. Without `commandTimeout`, commands wait as long as Redis is away. */
export type RedisUse = Pick<
  RedisOptions,
  | 'connectionName'
  | 'enableOfflineQueue'
  | 'maxRetriesPerRequest'
  | 'connectTimeout'
  | 'commandTimeout'
  | 'socketTimeout'
  | 'lazyConnect'
> & {
  /** Whether a lost connection is made again. Default: true. */
  readonly reconnects?: boolean;
};

/** Sentinels and nodes answer in a millisecond. */
const LOOKUP_TIMEOUT_MS = 2_000;
/** How many Sentinels are asked to announce a fail-over: a master that hangs closes no connection. */
const WATCHED_SENTINELS_MAX = 3;
/** A node that hangs closes no connection either: then the other nodes say which one replaces it. */
const REFRESH_SLOTS_EVERY_MS = 5_000;
/** A command to a node that is away is sent again so often, until its replica has its slots. */
const RETRY_IN_CLUSTER_EVERY_MS = 100;
/** For commands without a time limit: longer than a fail-over with the usual `cluster-node-timeout`, 15 s. */
const RETRY_IN_CLUSTER_MS = 30_000;
/** The slot was moved, more than once. */
const REDIRECTIONS = 3;

const delayMs = (times: number): number => Math.min(times * 100, 1_000);

/**
 * Opens a connection of any kind that `REDIS_URL` can name. It is made again for as long as it takes, and
 * follows a fail-over. `duplicate()` opens another one in the same way.
 *
 * Errors in the background go to the event `error`, for which the caller must listen. One is that a server is
 * of another kind than the URL says ({@link WrongRedisKind}); that connection is closed, and tried again.
 *
 * @throws {Error} when the URL is wrong: `readConfig` has refused it before
 */
export function openRedis(address: RedisAddress, use: RedisUse): RedisClient {
  const { place, problems } = readRedisUrl(address.redisUrl);
  if (problems.length > 0) throw new Error(`REDIS_URL ${problems.join('; ')}`);
  const client = createClient(place, address.redisCa, use);
  const duplicate = (...overrides: readonly unknown[]) =>
    openRedis(address, { ...use, lazyConnect: false, ...connectionNameIn(overrides) });
  return Object.assign(client, { duplicate });
}

/** The kind of the servers behind the URL. */
export const redisKindOf = ({ redisUrl }: RedisAddress): RedisKind => readRedisUrl(redisUrl).place.kind;

/** The server, or all primaries of the Cluster that are known now. */
export const serversOf = (client: RedisClient): readonly Redis[] =>
  client instanceof Cluster ? client.nodes('master') : [client];

/** Redis takes `{connectionName}`, a Cluster its nodes and `{redisOptions: {connectionName}}`. */
function connectionNameIn(overrides: readonly unknown[]): Pick<RedisUse, 'connectionName'> {
  for (const override of overrides as readonly RedisOverride[]) {
    const name = override?.redisOptions?.connectionName ?? override?.connectionName;
    if (name !== undefined) return { connectionName: name };
  }
  return {};
}

type RedisOverride =
  | { readonly connectionName?: string; readonly redisOptions?: { readonly connectionName?: string } }
  | undefined;

function createClient(place: RedisPlace, ca: string | undefined, use: RedisUse): RedisClient {
  const tls = place.isTls ? { tls: ca === undefined ? {} : { ca } } : {};
  return place.kind === 'cluster' ? createCluster(place, tls, use) : createServer(place, tls, use);
}

type Tls = Pick<RedisOptions, 'tls'>;

function createServer(place: RedisPlace, tls: Tls, { reconnects = true, ...use }: RedisUse): Redis {
  let isWrong = false;
  const options: RedisOptions = {
    ...use,
    ...tls,
    retryStrategy: reconnects ? (times) => (isWrong ? delayMs(Infinity) : delayMs(times)) : () => null,
    // After a fail-over the connection may lead to a server that is now a replica.
    reconnectOnError: (error) => error.message.includes('READONLY'),
  };
  const redis =
    place.kind === 'sentinel'
      ? new Redis({ ...options, ...sentinelOptions(place, tls, reconnects) })
      : new Redis(place.url, options);
  const refuse = (wrong: WrongRedisKind) => {
    isWrong = true;
    redis.emit('error', wrong);
    redis.disconnect(reconnects);
  };
  redis.on('ready', () => {
    isWrong = false;
    findWrongKind(redis, place).then(
      (wrong) => wrong && refuse(wrong),
      () => undefined, // lost again, or INFO is forbidden
    );
  });
  redis.on('sentinelError', (error: Error) => {
    const wrong = wrongKindIn(error, place);
    if (wrong) redis.emit('error', wrong);
  });
  if (place.kind === 'sentinel' && reconnects) connectAgainAfterFailOver(redis);
  return redis;
}

/**
 * A fail-over that is announced while ioredis looks for the master ends that search as `disconnect()` does,
 * and with it the connection, for good. Only one that its owner has closed may end.
 */
function connectAgainAfterFailOver(redis: Redis): void {
  let isClosed = false;
  const [disconnect, quit] = [redis.disconnect.bind(redis), redis.quit.bind(redis)];
  redis.disconnect = (reconnect = false) => {
    isClosed = !reconnect;
    disconnect(reconnect);
  };
  redis.quit = () => {
    isClosed = true;
    return quit();
  };
  redis.on('end', () => {
    if (!isClosed) redis.connect().catch(() => undefined); // the event `error` says why
  });
}

function sentinelOptions(place: RedisPlace, { tls }: Tls, reconnects: boolean): RedisOptions {
  return {
    sentinels: place.hosts.map((host) => ({ ...host })),
    name: place.masterName,
    db: place.database,
    ...(place.username !== undefined && { username: place.username }),
    ...(place.password !== undefined && { password: place.password }),
    ...(place.sentinelUsername !== undefined && { sentinelUsername: place.sentinelUsername }),
    ...(place.sentinelPassword !== undefined && { sentinelPassword: place.sentinelPassword }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    sentinelCommandTimeout: LOOKUP_TIMEOUT_MS,
    sentinelRetryStrategy: reconnects ? delayMs : () => null,
    sentinelReconnectStrategy: delayMs,
    sentinelMaxConnections: WATCHED_SENTINELS_MAX,
    failoverDetector: reconnects,
  };
}

function createCluster(place: RedisPlace, tls: Tls, use: RedisUse): Cluster {
  const { reconnects = true, lazyConnect = false, enableOfflineQueue = true, ...ofNodes } = use;
  const retries = Math.floor((use.commandTimeout ?? RETRY_IN_CLUSTER_MS) / RETRY_IN_CLUSTER_EVERY_MS);
  const retryDelayMs = retries > 0 ? RETRY_IN_CLUSTER_EVERY_MS : 0;
  const cluster = new Cluster(
    place.hosts.map((host) => ({ ...host })),
    {
      lazyConnect,
      enableOfflineQueue,
      clusterRetryStrategy: reconnects ? delayMs : () => null,
      slotsRefreshTimeout: LOOKUP_TIMEOUT_MS,
      slotsRefreshInterval: REFRESH_SLOTS_EVERY_MS,
      maxRedirections: REDIRECTIONS + retries,
      retryDelayOnFailover: retryDelayMs,
      retryDelayOnClusterDown: retryDelayMs,
      // ioredis would look names up itself, and check certificates against addresses.
      dnsLookup: (host, found) => found(null, host),
      redisOptions: {
        ...ofNodes,
        ...tls,
        ...(place.username !== undefined && { username: place.username }),
        ...(place.password !== undefined && { password: place.password }),
      },
    },
  );
  cluster.on('node error', (error: Error) => cluster.emit('error', error));
  cluster.prependListener('error', (error: Error) => {
    const wrong = wrongKindIn(error, place);
    if (wrong) cluster.emit('error', wrong);
  });
  return cluster;
}
