import { within } from '@holdfast/runtime/bounded-waits';
import { DatabaseError, Pool, type ClientBase, type PoolClient } from 'pg';
import { ConnectFailed, PoolBusy } from './connection-errors.ts';
import { PostgresClient, SILENCE_MARGIN_MS } from './postgres-client.ts';
import { IS_READ_ONLY, PostgresServers } from './postgres-servers.ts';

/** How busy the connections of one client are. */
export type ConnectionPool = Pick<
  PostgresPool,
  'max' | 'waitMaxMs' | 'inUse' | 'waiting' | 'sessionPids' | 'onWaited'
>;

export interface PostgresPoolOptions {
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** No statement may take longer, unless its transaction says so (time-limit.ts). */
  readonly statementTimeoutMs: number;
  /** To open a connection, and to wait for a free one, unless the URL has a `connect_timeout`. */
  readonly waitMaxMs: number;
  /** More session settings, such as `{ lock_timeout: '2s' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * The start of the one server whose connections are used. Connections to another one are dropped when they
   * would be used next, and new ones are refused. Undefined: those of any server.
   */
  readonly serverMustBe?: (() => string | undefined) | undefined;
  /** Whether a connection sends statements before the answers to earlier ones have come. Default: no. */
  readonly pipeline?: boolean | undefined;
}

type OnConnected = Parameters<Pool['connect']>[0];

/** If a statement was answered within this time, a pool without a free connection is busy, not broken. */
const LIVELY_MS = 3_000;

/**
 * pg's pool of {@link PostgresClient}s. It adds:
 *
 * - how long callers wait: a scrape every 15 s sees only how many wait at that moment, and misses a queue of
 *   a second;
 * - refusals with a code that mean that nothing was sent: `ConnectFailed`, `PoolBusy`;
 * - when one connection is suspect (it went silent, or its session is read-only), all connections that were
 *   made before are dropped when they would be used next;
 * - whether it can write.
 */
export class PostgresPool extends Pool {
  readonly max: number;
  /** How long a caller waits for a connection. */
  readonly waitMaxMs: number;
  readonly #listeners: ((waitedMs: number) => void)[] = [];
  readonly #clients = new Set<PoolClient>();
  /** By `performance.now()`. */
  #renewedAt = 0;
  #answeredAt = 0;
  #wasWritable = false;
  #asking: Promise<boolean> | undefined;

  /** @throws {Error} when the URL cannot be read */
  constructor(databaseUrl: string, options: PostgresPoolOptions) {
    const { max, applicationName, statementTimeoutMs } = options;
    const servers = new PostgresServers(databaseUrl);
    const waitMaxMs = servers.connectTimeoutMs ?? options.waitMaxMs;
    const clientOptions = {
      servers,
      settings: { statement_timeout: String(statementTimeoutMs), ...options.settings },
      silenceMaxMs: statementTimeoutMs + SILENCE_MARGIN_MS,
      connectionTimeoutMillis: waitMaxMs,
      application_name: applicationName,
      serverMustBe: options.serverMustBe,
      pipeline: options.pipeline,
      keepAlive: true, // BullMQ checks this option
    };
    // pg passes the pool's options on to its clients, but their type does not allow more.
    super({ ...clientOptions, max, Client: PostgresClient as unknown as new () => ClientBase });
    this.max = max;
    this.waitMaxMs = waitMaxMs;
    this.on('error', () => {}); // of an idle connection: it has left the pool
    this.on('connect', (client) => {
      this.#clients.add(client);
      client.on('suspect' as 'end', () => this.#renew(client));
    });
    this.on('remove', (client) => this.#clients.delete(client));
    this.on('release', (error) => {
      if (!error) this.#answeredAt = performance.now();
    });
  }

  /** Connections that are being opened, or run a statement or a transaction. */
  get inUse(): number {
    return this.totalCount - this.idleCount;
  }

  /** Callers that wait for one. */
  get waiting(): number {
    return this.waitingCount;
  }

  /** The process ids of its sessions in `pg_stat_activity` (behind a pooler: none of those). */
  get sessionPids(): readonly number[] {
    const pids = [...this.#clients].map((client): unknown => Reflect.get(client, 'processID'));
    return pids.filter((pid) => typeof pid === 'number');
  }

  /** Calls `listener`, for every caller, with its wait for a connection, got or not. */
  onWaited(listener: (waitedMs: number) => void): void {
    this.#listeners.push(listener);
  }

  /** Connections as old as this one are dropped when they would be used next. */
  #renew(suspect: unknown): void {
    if (suspect instanceof PostgresClient && suspect.madeAt >= this.#renewedAt) {
      this.#renewedAt = performance.now();
      this.#wasWritable = false; // until a new connection was checked
    }
  }

  /**
   * Whether its connections answer within `timeoutMs` and can write. Checks one of them, as work would use
   * it; if all are busy, have answered lately and could write at the last check, it does not wait for one.
   * Never throws.
   */
  async canWrite(timeoutMs: number): Promise<boolean> {
    const isBusy = this.inUse >= this.max && performance.now() - this.#answeredAt < LIVELY_MS;
    if (isBusy && this.#wasWritable) return true;
    this.#asking ??= this.#askForWriting().finally(() => {
      this.#asking = undefined;
    });
    return within(timeoutMs, this.#asking, false);
  }

  async #askForWriting(): Promise<boolean> {
    let client: PoolClient | undefined;
    let canWrite = false;
    try {
      client = await this.connect();
      const { rows } = await client.query<{ isReadOnly: boolean }>(`SELECT ${IS_READ_ONLY} AS "isReadOnly"`);
      canWrite = rows[0]?.isReadOnly === false;
      if (!canWrite) this.#renew(client); // the server may have become writable since this session began
    } catch {
      // It cannot, for now.
    }
    client?.release();
    this.#wasWritable = canWrite; // also if the answer came after `timeoutMs`
    return canWrite;
  }

  override connect(): Promise<PoolClient>;
  override connect(onConnected: OnConnected): void;
  override connect(onConnected?: OnConnected): Promise<PoolClient> | void {
    if (onConnected) {
      this.#connect(performance.now(), onConnected);
      return;
    }
    return new Promise((resolve, reject) => {
      this.#connect(performance.now(), (error, client) => {
        if (client) resolve(client);
        else reject(error ?? new ConnectFailed('no connection, and no error'));
      });
    });
  }

  #connect(started: number, onConnected: OnConnected): void {
    super.connect((error, client, release) => {
      if (client instanceof PostgresClient && (client.madeAt < this.#renewedAt || !client.isAtItsServer)) {
        client.destroy(new ConnectFailed('another connection of the pool has failed, or leads elsewhere'));
        release(true);
        this.#connect(started, onConnected);
        return;
      }
      const waitedMs = performance.now() - started;
      for (const listener of this.#listeners) listener(waitedMs);
      onConnected(error && refusalOf(error), client, release);
    });
  }
}

/** Errors that Prisma and `classifyDatabaseError` know stay as they are. */
function refusalOf(error: Error & { readonly code?: string }): Error {
  const { code = '', message } = error;
  if (message === 'timeout exceeded when trying to connect') return new PoolBusy(message, { cause: error });
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return error;
  // A server that stops, or a pooler that cannot reach it: no statement was sent yet.
  if (error instanceof DatabaseError && !/^(08|57P)/.test(code)) return error;
  return new ConnectFailed(message, { cause: error });
}
