import { Socket } from 'node:net';
import { callbackify } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { ConnectFailed, ConnectionSilent } from './connection-errors.ts';
import { explainTlsFailure } from './database-tls.ts';
import { IS_READ_ONLY, type PostgresServers } from './postgres-servers.ts';

export interface PostgresClientOptions extends ClientConfig {
  readonly servers: PostgresServers;
  readonly connectionTimeoutMillis: number;
  /** Session settings, such as `{ lock_timeout: '2s' }`. */
  readonly settings: Readonly<Record<string, string>>;
  /** How long the server may say nothing while a statement runs. More than its `statement_timeout`. */
  readonly silenceMaxMs: number;
  /** The start of the server that it must be connected to. Undefined: any server. */
  readonly serverMustBe?: (() => string | undefined) | undefined;
}

/**
 * Distinguishes the servers that one address may lead to: no two start in the same microsecond. A server that
 * has started again is another one.
 */
export const STARTED_AT = 'extract(epoch FROM pg_postmaster_start_time())::text';

/** Raises the time limit of each statement of a transaction, on the server and in {@link PostgresClient}. */
export const RAISE_TIME_LIMIT = `SELECT set_config('statement_timeout', $1, true)`;

/** Added to the server's limit, so that the server ends statements that are only slow. */
export const SILENCE_MARGIN_MS = 1_000;

/** First keep-alive probe of a connection that is idle; ten more follow, one a second (libuv). */
const KEEP_ALIVE_AFTER_MS = 5_000;

/** How long the server may take to close a connection that is ended. */
const CLOSE_TIMEOUT_MS = 1_000;

const READ_ONLY_TRANSACTION = '25006';

/**
 * The connection to PostgreSQL that all parts of the service use. It adds to pg's client:
 *
 * - **It connects to the right server** of those that the URL names (postgres-servers.ts).
 * - **Session settings** go out in one statement after the handshake. PgBouncer would refuse them as start-up
 *   options.
 * - **Silence has a limit.** A connection that a firewall has dropped, or whose server is gone without a FIN,
 *   looks like one whose answer is late; TCP reports it after a quarter of an hour. Here, a statement without
 *   a byte of answer for `silenceMaxMs` ends the connection. The limit is the socket's own inactivity timer,
 *   so it costs a statement nothing. A connection that is idle so long (one that LISTENs) has to answer a
 *   heartbeat.
 * - **Its errors do not end the process**, also between two users of a pooled connection.
 * - It emits `suspect` when it went silent, or found its session read-only: the pool's other connections may
 *   be the same.
 */
export class PostgresClient extends Client {
  /** By `performance.now()`. */
  readonly madeAt = performance.now();
  readonly #options: PostgresClientOptions;
  #serverStartedAt: string | undefined;
  #silenceMaxMs: number;
  #isRaised = false;

  constructor(options: PostgresClientOptions) {
    super({
      ...options,
      connectionString: options.servers.connectionString,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    this.#options = options;
    this.#silenceMaxMs = options.silenceMaxMs;
    this.on('error', () => {}); // callers that wait for an answer are rejected with it
    this.#followTimeLimit();
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error | null) => void): void;
  override connect(callback?: (error: Error | null) => void): Promise<this> | void {
    const opened = this.#open();
    if (!callback) return opened;
    callbackify(() => opened)((error) => callback(error));
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const timer = setTimeout(() => this.connection.stream.destroy(), CLOSE_TIMEOUT_MS);
    timer.unref();
    this.once('end', () => clearTimeout(timer));
    return callback ? super.end(callback) : super.end();
  }

  /** Ends the connection without sending anything. The statement that runs on it is rejected with `error`. */
  destroy(error: Error): void {
    this.connection.stream.destroy(error);
  }

  get silenceMaxMs(): number {
    return this.#silenceMaxMs;
  }

  /** Applies from now on; a transaction may have a longer limit of its own. */
  set silenceMaxMs(maxMs: number) {
    this.#silenceMaxMs = maxMs;
    this.#setTimer(maxMs);
  }

  /** Whether it is connected to the server that it must be connected to. */
  get isAtItsServer(): boolean {
    const expected = this.#options.serverMustBe?.();
    return expected === undefined || expected === this.#serverStartedAt;
  }

  /** Sets the session settings: at the beginning of a session, and after a RESET ALL. */
  async applySettings(): Promise<{ isReadOnly: boolean }> {
    const { settings } = this.#options;
    const { rows } = await this.query<{ isReadOnly: boolean; startedAt: string }>(
      `SELECT
         ${IS_READ_ONLY} AS "isReadOnly",
         ${STARTED_AT} AS "startedAt",
         (SELECT count(set_config(name, value, false)) FROM unnest($1::text[], $2::text[]) AS s (name, value))`,
      [Object.keys(settings), Object.values(settings)],
    );
    this.#serverStartedAt = rows[0]?.startedAt;
    return { isReadOnly: rows[0]?.isReadOnly !== false };
  }

  async #open(): Promise<this> {
    const { servers, connectionTimeoutMillis } = this.#options;
    try {
      const { host, port } = await servers.choose(connectionTimeoutMillis);
      this.host = host;
      this.port = port;
      await super.connect();
      this.#watch();
      const { isReadOnly } = await this.applySettings();
      if (servers.mustBeWritable && isReadOnly) throw new ConnectFailed(`${host} is read-only`);
      if (!this.isAtItsServer) throw new ConnectFailed(`${host}:${port} leads to several servers`);
      return this;
    } catch (error) {
      servers.discardChoice();
      this.end().catch(() => {}); // so that its 'end' is not reported as an error
      this.connection.stream.destroy();
      throw explainTlsFailure(error, this.host);
    }
  }

  #watch(): void {
    const { stream } = this.connection;
    if (!(stream instanceof Socket)) throw new Error('a connection to PostgreSQL is not a socket');
    stream.setTimeout(this.#silenceMaxMs);
    stream.on('timeout', () => {
      const { bytesRead } = stream;
      // A process that was stopped for a while may have an unread answer.
      setImmediate(() => {
        if (stream.bytesRead === bytesRead && !stream.destroyed) this.#onSilence();
      });
    });
    this.connection.on('errorMessage', ({ code }: { readonly code?: string }) => {
      if (code === READ_ONLY_TRANSACTION) this.#suspect();
    });
  }

  #onSilence(): void {
    if (this.#isBusy) {
      this.#suspect();
      this.destroy(new ConnectionSilent('PostgreSQL has not answered in time'));
    } else if (this.getTransactionStatus() === 'I') {
      this.query('SELECT 1').catch(() => {}); // an error ends the connection, and the pool handles that
    }
  }

  #suspect(): void {
    this.#options.servers.discardChoice();
    this.emit('suspect');
  }

  /** Whether a statement is under way. pg has no public property for it. */
  get #isBusy(): boolean {
    return Reflect.get(this, 'readyForQuery') !== true;
  }

  /** Applies a limit that was raised on the server here too, until the transaction ends. */
  #followTimeLimit(): void {
    const query: (...input: unknown[]) => unknown = this.query.bind(this);
    const followed = (...input: unknown[]) => {
      if (this.#isRaised && this.getTransactionStatus() === 'I') {
        this.#isRaised = false;
        this.#setTimer(this.#silenceMaxMs);
      }
      const [statement] = input;
      if (isRaise(statement)) {
        this.#isRaised = true;
        this.#setTimer(Number(statement.values[0]) + SILENCE_MARGIN_MS);
      }
      return query(...input);
    };
    this.query = followed as typeof this.query;
  }

  #setTimer(maxMs: number): void {
    const { stream } = this.connection;
    if (stream instanceof Socket) stream.setTimeout(maxMs);
  }
}

function isRaise(statement: unknown): statement is { readonly values: readonly unknown[] } {
  return (
    typeof statement === 'object' &&
    statement !== null &&
    'text' in statement &&
    statement.text === RAISE_TIME_LIMIT &&
    'values' in statement &&
    Array.isArray(statement.values)
  );
}
