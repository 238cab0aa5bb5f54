import { parseIntoClientConfig } from 'pg-connection-string';
import { Client } from 'pg';
import { ConnectFailed } from './connection-errors.ts';
import { explainTlsFailure, readTls, reasonOf } from './database-tls.ts';

/** One of the servers that a database URL names. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

/** `user:password@`, the list of hosts, and all that follows. */
const DATABASE_URL = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s;

/** Whole seconds, as in libpq. */
const CONNECT_TIMEOUT = /^[1-9]\d{0,3}$/;

/** Values of `target_session_attrs` with which Holdfast can write. */
const WRITING_SESSIONS = new Set(['any', 'read-write', 'primary']);

/**
 * The servers of a database URL, and which of them to connect to. A URL may name several, as libpq has it:
 * `postgresql://user@a:5432,b:5432/holdfast?target_session_attrs=read-write`. node-postgres reads one.
 *
 * With `target_session_attrs=read-write` (or `primary`), all servers are asked at once, and connections go to
 * the one that can be written to, until it fails; without, to the first that answers. A single server is not
 * asked.
 *
 * @throws {Error} when the URL cannot be read, or asks for sessions that cannot write
 */
export class PostgresServers {
  /** For one server, in pg's form. */
  readonly connectionString: string;
  /** Whether sessions must be able to write. */
  readonly mustBeWritable: boolean;
  /** From `connect_timeout`: how long to wait for a connection. Undefined: the URL does not say. */
  readonly connectTimeoutMs: number | undefined;
  readonly #servers: readonly string[];
  #chosen: Server | undefined;
  #choosing: Promise<Server> | undefined;

  constructor(databaseUrl: string) {
    const { servers, targetSession, connectTimeoutMs } = readDatabaseUrl(databaseUrl);
    const [first] = servers;
    if (first === undefined) throw new Error('The database URL names no server.');
    this.#servers = servers;
    this.connectionString = first;
    this.mustBeWritable = targetSession !== 'any';
    this.connectTimeoutMs = connectTimeoutMs;
    if (servers.length === 1) this.#chosen = serverOf(first);
  }

  /** @throws {ConnectFailed} when no server can be used */
  choose(timeoutMs: number): Promise<Server> {
    if (this.#chosen) return Promise.resolve(this.#chosen);
    this.#choosing ??= this.#askAll(timeoutMs).finally(() => {
      this.#choosing = undefined;
    });
    return this.#choosing;
  }

  /** For a chosen server that has failed: the next connection chooses again. */
  discardChoice(): void {
    if (this.#servers.length > 1) this.#chosen = undefined;
  }

  async #askAll(timeoutMs: number): Promise<Server> {
    const wanted = this.mustBeWritable ? 'can be written to' : 'answers';
    const asked = this.#servers.map(async (url) => {
      await refuseUnless(url, this.mustBeWritable, timeoutMs);
      return serverOf(url);
    });
    try {
      this.#chosen = await Promise.any(asked);
      return this.#chosen;
    } catch (error) {
      const reasons = error instanceof AggregateError ? error.errors : [error];
      const each = reasons.map(reasonOf).join('; ');
      throw new ConnectFailed(`none of ${this.#servers.length} PostgreSQL servers ${wanted}: ${each}`);
    }
  }
}

/** @throws {Error} that says what is wrong */
export function readDatabaseUrl(databaseUrl: string): {
  /** One URL for each server, in pg's form. */
  readonly servers: readonly string[];
  readonly targetSession: string;
  readonly connectTimeoutMs: number | undefined;
} {
  const [, login, hosts, rest] = DATABASE_URL.exec(databaseUrl) ?? [];
  if (login === undefined || hosts === undefined || rest === undefined) {
    throw new Error('The database URL must be one like postgresql://user:password@host:5432/database.');
  }
  const targetSession = /[?&]target_session_attrs=([^&#]*)/.exec(rest)?.[1] ?? 'any';
  if (!WRITING_SESSIONS.has(targetSession)) {
    throw new Error(
      `target_session_attrs=${targetSession} of the database URL leads to servers that cannot be written to. ` +
        'Use read-write.',
    );
  }
  const one = rest.replace(/([?&])target_session_attrs=[^&#]*(&|$)/, (_all, before: string, after: string) =>
    after ? before : '',
  );
  const parameters = readTls(one);
  return {
    servers: hosts.split(',').map((host) => `${login}${host}${parameters}`),
    targetSession,
    connectTimeoutMs: readConnectTimeout(rest),
  };
}

function readConnectTimeout(rest: string): number | undefined {
  const seconds = /[?&]connect_timeout=([^&#]*)/.exec(rest)?.[1];
  if (seconds === undefined) return undefined;
  if (CONNECT_TIMEOUT.test(seconds)) return Number(seconds) * 1_000;
  throw new Error(`connect_timeout=${seconds} of the database URL must be whole seconds, from 1 to 9999.`);
}

/** @param url in pg's form */
export function serverOf(url: string): Server {
  const { host, port } = new Client(parseIntoClientConfig(url));
  return { host, port };
}

/** @throws when it does not answer, or cannot be written to although it must */
async function refuseUnless(url: string, mustBeWritable: boolean, timeoutMs: number): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: 'holdfast chooses a server',
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  client.on('error', () => {}); // the call in flight is rejected with it
  try {
    await client.connect();
    const { rows } = await client.query<{ isReadOnly: boolean }>(`SELECT ${IS_READ_ONLY} AS "isReadOnly"`);
    if (mustBeWritable && rows[0]?.isReadOnly !== false) throw new Error(`${client.host} is read-only`);
  } catch (error) {
    throw explainTlsFailure(error, client.host);
  } finally {
    client.end().catch(() => {});
  }
}

/** Whether the session cannot write: the server is a standby, or has been made read-only. */
export const IS_READ_ONLY = "(pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean)";
