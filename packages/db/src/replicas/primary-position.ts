import { setImmediate as nextTurn } from 'node:timers/promises';
import { within } from '@holdfast/runtime/bounded-waits';
import { ConnectFailed, PostgresPool, type ConnectionPool } from '../connections/index.ts';
import type { WalPosition } from './wal-position.ts';

/** A write waits no longer for its position: it is committed already. */
const TIMEOUT_MS = 500;

/**
 * What a commit that was acknowledged has written is before this position. With `synchronous_commit = off` it
 * may not be flushed yet. A standby gets what is flushed, so otherwise the flushed position is reached sooner
 * than that of what is only inserted.
 */
const POSITION = `
  SELECT left(pg_walfile_name(lsn), 8) AS timeline, (lsn - '0/0'::pg_lsn)::text AS lsn
  FROM (
    SELECT CASE current_setting('synchronous_commit')
      WHEN 'off' THEN pg_current_wal_insert_lsn()
      ELSE pg_current_wal_flush_lsn()
    END AS lsn
  ) current`;

/** The same for a primary and its standbys, and for no other server or database. */
export const IDENTITY = `(SELECT system_identifier FROM pg_control_system()) || '/' || current_database()`;

/** One connection of its own: a wait for another one would delay every write. */
export const POSITION_CONNECTIONS_MAX = 1;

/** Where the primary's log is, read for many writes at once. */
export class PrimaryPosition {
  readonly #pool: PostgresPool;
  #reading: Promise<unknown> = Promise.resolve();
  #next: Promise<WalPosition> | undefined;
  #timeline = 0;

  constructor(databaseUrl: string, applicationName: string) {
    this.#pool = new PostgresPool(databaseUrl, {
      max: POSITION_CONNECTIONS_MAX,
      applicationName,
      statementTimeoutMs: TIMEOUT_MS,
      waitMaxMs: TIMEOUT_MS,
    });
  }

  get pool(): ConnectionPool {
    return this.#pool;
  }

  /** The newest one that it has read. */
  get timeline(): number {
    return this.#timeline;
  }

  /**
   * A position behind everything that was committed before this call. Calls of the same moment, such as those
   * of one batch, share a statement; while one is under way, the next calls share the next.
   *
   * @throws when the primary does not answer within 500 ms
   */
  async read(): Promise<WalPosition> {
    this.#next ??= this.#readAfter(this.#reading);
    const position = await within(TIMEOUT_MS, this.#next, undefined);
    if (!position) throw new ConnectFailed('the primary has not said in time where its log is');
    return position;
  }

  /** @throws when the primary does not answer */
  async readIdentity(): Promise<string> {
    const { rows } = await this.#pool.query<{ identity: string }>(`SELECT ${IDENTITY} AS identity`);
    return rows[0]?.identity ?? '';
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #readAfter(earlier: Promise<unknown>): Promise<WalPosition> {
    await Promise.allSettled([earlier]);
    await nextTurn();
    this.#next = undefined; // a later call may be about a later commit
    const reading = this.#ask();
    this.#reading = reading;
    return reading;
  }

  async #ask(): Promise<WalPosition> {
    const { rows } = await this.#pool.query<{ timeline: string; lsn: string }>({
      name: 'position',
      text: POSITION,
    });
    const [row] = rows;
    if (!row) throw new Error('the read of the position returned no row');
    const timeline = Number.parseInt(row.timeline, 16);
    this.#timeline = Math.max(timeline, this.#timeline);
    return { timeline, lsn: BigInt(row.lsn) };
  }
}
