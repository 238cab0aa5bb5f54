import {
  type BackendFactory,
  createPostgresBackend,
  Queue,
  type RedisQueueBackend,
  runMigrations,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { PostgresClient, PostgresPool, PostgresServers } from '@holdfast/db/connections';
import { openRedis, type RedisAddress, redisKindOf, serversOf } from '@holdfast/runtime/redis';
import { queueNames } from './job-catalog.ts';

/**
 * The only file that knows whether queues are in Redis or in PostgreSQL. All other code uses BullMQ's
 * classes, which behave the same on both. The tests of this package run on both.
 */
export interface QueueConnection {
  readonly backend: 'redis' | 'postgresql';
  /** Connections to PostgreSQL that a process opens at most. None for queues in Redis. */
  readonly connectionsMax: QueueConnections;
  /**
   * Brings the queue's own tables up to date. Nothing to do on Redis.
   * @throws when PostgreSQL cannot be reached
   */
  prepare(): Promise<void>;
  /** @throws when PostgreSQL cannot be reached. Redis may be away: its queues work once it is back. */
  openProducer(names: readonly string[], onError: OnQueueError): Promise<ProducerQueues>;
  openWorkers(onError: OnQueueError): WorkerQueues;
}

interface QueueConnections {
  readonly producer: number;
  readonly workers: number;
  /** One for each queue: LISTEN. */
  readonly listening: number;
}

interface WorkerQueues {
  open(name: string, run: WorkerJob, options: Omit<WorkerOptions, 'connection'>): Worker;
  /** After all workers are closed: closes the connections that they shared. Never throws. */
  close(): Promise<void>;
}

interface ProducerQueues {
  readonly queues: readonly Queue[];
  /**
   * Writes, as every job does: a read-only server cannot be a queue.
   * @throws when the server refuses the write
   */
  probe(): Promise<void>;
  /**
   * The `maxmemory-policy` by which the server evicts keys; null when it evicts none.
   * @throws when the server does not report it
   */
  evictionPolicy(): Promise<string | null>;
  /** Never throws and never hangs longer than the connection's own time limits. */
  close(): Promise<void>;
}

/** Called for errors that no call waits for, such as a lost connection. Often, while a server is away. */
type OnQueueError = (error: unknown, queue: string) => unknown;

type WorkerJob = ConstructorParameters<typeof Worker>[1];

/** A producer serves requests: better no answer soon than an answer late. Bounds each call. */
const PRODUCER_TIMEOUT_MS = 2_000;
/** Workers may wait long: this only ends waits on a connection whose other side is gone. */
const WORKER_TIMEOUT_MS = 5_000;
/** BullMQ's migrations, and the wait for another process that runs them. */
const PREPARE_TIMEOUT_MS = 60_000;
/**
 * Connections to PostgreSQL, opened when needed and shared by all queues of a process: the statements take
 * about a millisecond. A worker keeps one more for each queue, to listen on. With BullMQ's default, one pool
 * for each queue, two workers and an API would almost reach PostgreSQL's default of 100.
 */
const POSTGRES_CONNECTIONS: QueueConnections = { producer: 4, workers: 5, listening: queueNames.length };
/** BullMQ's tables; with a pool of ours it takes no other schema. */
const SCHEMA = 'bullmq';
/** How much a LISTEN connection that died in silence delays jobs. BullMQ's own is an hour. */
const BLOCK_MAX_SECONDS = 10;
/** BullMQ retries at once after errors other than a refused connection ("the database is starting up"). */
const PAUSE_AFTER_ERROR_MS = 250;

/**
 * Where the queues are: in Redis if `redisUrl` is set, otherwise in PostgreSQL. Opens nothing yet.
 *
 * @param namespace keeps several sets of queues apart in one Redis: the prefix of their keys. In PostgreSQL
 *   they are kept apart by their databases
 */
export function queueConnection(where: {
  databaseUrl: string;
  redisUrl?: string | undefined;
  redisCa?: string | undefined;
  namespace?: string | undefined;
}): QueueConnection {
  const { databaseUrl, redisUrl, redisCa, namespace = 'bullmq' } = where;
  return redisUrl ? redisConnection({ redisUrl, redisCa }, namespace) : postgresConnection(databaseUrl);
}

const PROBE_KEPT_MS = 60_000;

function redisConnection(address: RedisAddress, namespace: string): QueueConnection {
  // A script of BullMQ uses keys of one queue. Braces put these into one slot of a Cluster, by this text.
  const prefixOf = (queue: string) =>
    redisKindOf(address) === 'cluster' ? `{${namespace}:${queue}}` : namespace;
  return {
    backend: 'redis',
    connectionsMax: { producer: 0, workers: 0, listening: 0 },
    prepare: () => Promise.resolve(),
    openProducer(names, onError) {
      // One connection for all queues: commands are short and pipelined.
      const redis = openRedis(address, {
        // Fail now: a command that waits in an offline queue would be sent too late.
        enableOfflineQueue: false,
        maxRetriesPerRequest: 1,
        connectTimeout: PRODUCER_TIMEOUT_MS,
        commandTimeout: PRODUCER_TIMEOUT_MS,
      });
      redis.on('error', () => {}); // each queue hands it on
      const open = (name: string) =>
        // BullMQ remembers a failed version check permanently, and INFO fails if Redis goes away.
        new Queue(name, { connection: redis, prefix: prefixOf(name), skipVersionCheck: true });
      const queues = names.map((name) => listened(open(name), onError));
      const close = async () => {
        await Promise.allSettled(queues.map((queue) => queue.close()));
        redis.disconnect();
      };
      const probed = [...new Set(names.map((name) => `${prefixOf(name)}:write-probe`))];
      const probe = async () =>
        void (await Promise.all(probed.map((key) => redis.set(key, '1', 'PX', PROBE_KEPT_MS))));
      const evictionPolicy = async () => {
        // INFO, as providers of Redis forbid CONFIG.
        const infos = await Promise.all(serversOf(redis).map((server) => server.info('memory')));
        return infos.map(evictionPolicyIn).find((policy) => policy !== null) ?? null;
      };
      return Promise.resolve({ queues, probe, evictionPolicy, close });
    },
    openWorkers(onError) {
      // null: a worker that waits for Redis has nothing better to do than to wait. BullMQ opens one more
      // connection for each queue, which blocks until a job comes.
      const connection = openRedis(address, { maxRetriesPerRequest: null });
      connection.on('error', () => {}); // each worker hands it on
      return {
        open: (name, run, options) =>
          listened(new Worker(name, run, { ...options, prefix: prefixOf(name), connection }), onError),
        close: () => Promise.resolve(connection.disconnect()),
      };
    },
  };
}

/** With no limit (maxmemory 0) a policy evicts nothing. */
function evictionPolicyIn(info: string): string | null {
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  if (policy === undefined) throw new Error('Redis does not report its eviction policy');
  return policy === 'noeviction' || /^maxmemory:0\s/m.test(info) ? null : policy;
}

function postgresConnection(databaseUrl: string): QueueConnection {
  const { producer, workers, listening } = POSTGRES_CONNECTIONS;
  const openPool = (applicationName: string, max: number, timeoutMs: number) =>
    new PostgresPool(databaseUrl, {
      max,
      applicationName,
      waitMaxMs: timeoutMs,
      statementTimeoutMs: timeoutMs,
      settings: { search_path: SCHEMA },
    });
  return {
    backend: 'postgresql',
    connectionsMax: POSTGRES_CONNECTIONS,
    // BullMQ's `migrate: true` would run it for each queue, with the short time limits.
    async prepare() {
      const servers = new PostgresServers(databaseUrl);
      const client = new PostgresClient({
        servers,
        application_name: 'holdfast queue',
        settings: {},
        silenceMaxMs: PREPARE_TIMEOUT_MS,
        connectionTimeoutMillis: servers.connectTimeoutMs ?? WORKER_TIMEOUT_MS,
      });
      try {
        await client.connect();
        // On a read-only database nothing is migrated: the process starts and is not ready.
        const { isReadOnly } = await client.applySettings();
        if (!isReadOnly) await runMigrations(client, SCHEMA);
      } finally {
        await client.end();
      }
    },
    async openProducer(names, onError) {
      const pool = openPool('holdfast queue producer', producer, PRODUCER_TIMEOUT_MS);
      const queues = names.map((name) =>
        listened(new Queue(name, { connection: pool }, postgresBackend), onError),
      );
      const close = async () => {
        await Promise.allSettled(queues.map((queue) => queue.close()));
        await pool.end().catch(() => {});
      };
      try {
        // BullMQ remembers a failed first connect permanently, so it must succeed before the queue is used.
        await Promise.all(queues.map((queue) => queue.waitUntilReady()));
      } catch (error) {
        await close();
        throw error;
      }
      const probe = async () => {
        if (!(await pool.canWrite(PRODUCER_TIMEOUT_MS))) throw new Error('the database cannot be written to');
      };
      return { queues, probe, evictionPolicy: () => Promise.resolve(null), close };
    },
    openWorkers(onError) {
      const pool = openPool('holdfast queue workers', workers + listening, WORKER_TIMEOUT_MS);
      return {
        open: (name, run, options) =>
          listened(new Worker(name, run, { ...options, connection: pool }, postgresBackend), onError),
        close: () => pool.end().catch(() => {}),
      };
    },
  };
}

interface ErrorSource {
  readonly name: string;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** An 'error' event without a listener would end the process. */
function listened<Source extends ErrorSource>(source: Source, onError: OnQueueError): Source {
  source.on('error', (error) => onError(error, source.name));
  return source;
}

/** BullMQ's backend with two things added. */
function createBackend(...args: Parameters<typeof createPostgresBackend>) {
  const backend = createPostgresBackend(...args);
  Object.defineProperty(backend, 'maximumBlockTimeout', { value: BLOCK_MAX_SECONDS });
  const moveToActive = backend.moveToActive.bind(backend);
  backend.moveToActive = async (token, name) => {
    try {
      return await moveToActive(token, name);
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
      throw error;
    }
  };
  return backend;
}

/** BullMQ's classes, and Bull Board's adapter for them, are typed for Redis by default. */
const postgresBackend = createBackend as unknown as BackendFactory<RedisQueueBackend>;
