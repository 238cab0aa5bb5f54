import { Pool, type PoolClient, type PoolConfig } from 'pg';

/** How busy the connections of one client are. */
export interface ConnectionPool {
  /** Connections that it may have. */
  readonly max: number;
  /** Connections that are being opened, or run a statement or a transaction. */
  readonly inUse: number;
  /** Callers that wait for one. */
  readonly waiting: number;
  /** Has `listener` told, for every caller, how many milliseconds it waited for a connection, got or not. */
  onWaited(listener: (waitedMs: number) => void): void;
}

type OnConnected = Parameters<Pool['connect']>[0];

/**
 * pg's pool, which also says how long its callers wait: a scrape every 15 s sees how many wait at that moment, and
 * misses a jam of a second.
 */
export class WatchedPool extends Pool implements ConnectionPool {
  readonly max: number;
  readonly #listeners: ((waitedMs: number) => void)[] = [];

  constructor(config: PoolConfig & { readonly max: number }) {
    super(config);
    this.max = config.max;
  }

  get inUse(): number {
    return this.totalCount - this.idleCount;
  }

  get waiting(): number {
    return this.waitingCount;
  }

  onWaited(listener: (waitedMs: number) => void): void {
    this.#listeners.push(listener);
  }

  override connect(): Promise<PoolClient>;
  override connect(onConnected: OnConnected): void;
  override connect(onConnected?: OnConnected): Promise<PoolClient> | void {
    const started = performance.now();
    const tell = () => {
      for (const listener of this.#listeners) listener(performance.now() - started);
    };
    if (!onConnected) return super.connect().finally(tell);
    super.connect((...answer) => {
      tell();
      onConnected(...answer);
    });
  }
}
