import { requireWithin } from '@holdfast/runtime/bounded-waits';
import { ConnectFailed, PostgresPool } from '../connections/index.ts';
import { STARTED_AT } from '../connections/postgres-client.ts';
import { openDatabase, type Database, type DatabaseOptions } from '../database.ts';
import { judgeReplica, type KnownPrimary, type ReplicaLook, type ReplicaState } from './judge-replica.ts';
import { PositionWaits } from './position-waits.ts';
import { IDENTITY } from './primary-position.ts';
import { nameOfServer } from './replica-urls.ts';
import { hasReached, type WalPosition } from './wal-position.ts';

/**
 * The timeline of what was replayed is in the control file, but it comes there only with the next restart
 * point. The WAL receiver knows it at once; it asks for a timeline only if this server can follow it. Its row
 * is empty for a role without pg_read_all_stats.
 */
const LOOK = `
  SELECT
    pg_is_in_recovery() AS "isStandby",
    ${STARTED_AT} AS "startedAt",
    ${IDENTITY} AS identity,
    greatest(
      (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
      (SELECT received_tli FROM pg_stat_wal_receiver)
    ) AS timeline,
    coalesce(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 0)::text AS lsn,
    (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "timeMs"`;

interface LookRow extends Omit<ReplicaLook, 'position'> {
  readonly timeline: number;
  readonly lsn: string;
}

/** A replica that has not answered within this time does not answer. */
const LOOK_TIMEOUT_MS = 1_000;
/** How long a read waits for a replica to reach its token. */
const TOKEN_WAIT_MAX_MS = 200;
/** A replica that lags more is not waited for when it is checked. */
const WORTH_WAITING_LAG_MS = 2_000;

/** It asks one replica for its position. */
export const LOOK_CONNECTIONS_MAX = 1;

/** The replica became unreachable, or was started again, while it was being read. */
class ReplicaLost extends Error {
  override name = 'ReplicaLost';
}

interface ReadUnderWay {
  lose(lost: ReplicaLost): void;
}

export interface ReplicaOptions {
  readonly applicationName: string;
  readonly lagMaxMs: number;
  /** Called when reads go there from now on, or no longer. */
  readonly onChange: (replica: Replica, error: unknown) => void;
}

/**
 * A standby that answers reads while its checks find nothing wrong. Its address has to lead to one server:
 * what is known of it holds only for connections to the same server process.
 */
export class Replica {
  /** Host and port. */
  readonly name: string;
  readonly #url: string;
  readonly #options: ReplicaOptions;
  readonly #looks: PostgresPool;
  readonly #databases: Database[] = [];
  readonly #waits: PositionWaits;
  readonly #reading = new Set<ReadUnderWay>();
  #state: ReplicaState = 'unchecked';
  #keepsUp = false;
  #lagMs = Number.NaN;
  #position: WalPosition | undefined;
  /** The start of the server that was checked. */
  #server: string | undefined;

  constructor(url: string, options: ReplicaOptions) {
    this.name = nameOfServer(url);
    this.#url = url;
    this.#options = options;
    this.#looks = new PostgresPool(url, {
      max: LOOK_CONNECTIONS_MAX,
      applicationName: `${options.applicationName} replica check`,
      statementTimeoutMs: LOOK_TIMEOUT_MS,
      waitMaxMs: LOOK_TIMEOUT_MS,
    });
    this.#waits = new PositionWaits(() => this.#readPosition());
  }

  get state(): ReplicaState {
    return this.#state;
  }

  /** How old its data was at the last check, at most. NaN: not known; Infinity: older than is measured. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Reads that it answers at this moment. */
  get reads(): number {
    return this.#reading.size;
  }

  /** What it has replayed. */
  get position(): WalPosition | undefined {
    return this.#position;
  }

  /** A pool of connections for reads. */
  openDatabase(options: DatabaseOptions): Database {
    const database = openDatabase(this.#url, { ...options, serverMustBe: () => this.#server });
    this.#databases.push(database);
    return database;
  }

  /**
   * Waits for the replica to replay a position, for `TOKEN_WAIT_MAX_MS` at most. A replica that did not keep
   * up with the primary at its last check is not waited for. Never throws.
   */
  reaches(wanted: WalPosition): Promise<boolean> {
    const isWorthIt =
      this.#state === 'in_use' && this.#keepsUp && wanted.timeline === this.#position?.timeline;
    return isWorthIt ? this.#waits.until(wanted, TOKEN_WAIT_MAX_MS) : Promise.resolve(false);
  }

  /**
   * Does a read on this replica's connections.
   *
   * @param wanted what it must have replayed; null: nothing
   * @throws {ReplicaLost} when it becomes unreachable meanwhile, without waiting for the read, or was started
   * again: it then may be where it was before
   */
  async read<Result>(wanted: WalPosition | null, work: () => Promise<Result>): Promise<Result> {
    const server = this.#server;
    const hasIt = wanted === null || (this.#position && hasReached(this.#position, wanted));
    const check = () => {
      if (!hasIt || this.#server !== server) throw new ReplicaLost(`${this.name} was started again`);
    };
    const reading: ReadUnderWay = { lose() {} };
    const lost = new Promise<never>((_resolve, reject) => {
      reading.lose = reject;
    });
    check();
    this.#reading.add(reading);
    try {
      const result = await Promise.race([work(), lost]);
      check();
      return result;
    } catch (error) {
      check(); // what the read has found may be older than it should be
      throw error;
    } finally {
      this.#reading.delete(reading);
    }
  }

  /** No read goes there until the next check that finds nothing wrong. */
  leaveOut(error: unknown): void {
    this.#change('unreachable', Number.NaN, error);
  }

  /** Asks it, and measures its lag. Takes some seconds at most, and never throws. */
  async check(primary: KnownPrimary): Promise<void> {
    const askedAt = Date.now(); // of the primary's clock
    try {
      const look = await requireWithin(
        LOOK_TIMEOUT_MS,
        this.#look(),
        () => new ConnectFailed(`${this.name} has not answered within ${LOOK_TIMEOUT_MS} ms`),
      );
      const asked = [askedAt, Date.now()] as const;
      // Nothing is known of another server, until it was judged.
      if (this.#server !== look.startedAt) this.#change('unchecked', Number.NaN);
      this.#server = look.startedAt;
      this.#position = look.position;
      const lagMs = await this.#measureLag(primary);
      const state = judgeReplica(look, primary, { asked, lagMs, lagMaxMs: this.#options.lagMaxMs });
      this.#change(state, lagMs);
    } catch (error) {
      this.leaveOut(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#looks.end(), ...this.#databases.map((each) => each.close())]);
  }

  async #measureLag({ history }: KnownPrimary): Promise<number> {
    const { newest } = history;
    const lagMs = () => (this.#position ? history.lagMs(this.#position, performance.now()) : Infinity);
    const hasAll = () =>
      newest !== undefined && this.#position !== undefined && hasReached(this.#position, newest);
    const isWorthIt = lagMs() < WORTH_WAITING_LAG_MS || Number.isNaN(this.#lagMs);
    if (newest && !hasAll() && isWorthIt) await this.#waits.until(newest, TOKEN_WAIT_MAX_MS);
    this.#keepsUp = hasAll();
    return lagMs();
  }

  async #readPosition(): Promise<WalPosition> {
    const { startedAt, position } = await this.#look();
    if (startedAt !== this.#server) throw new ReplicaLost(`${this.name} was started again`);
    this.#position = position;
    return position;
  }

  async #look(): Promise<ReplicaLook> {
    const { rows } = await this.#looks.query<LookRow>({ name: 'look', text: LOOK });
    const [row] = rows;
    if (!row) throw new Error('the look at a replica returned no row');
    const { timeline, lsn, ...rest } = row;
    return { ...rest, position: { timeline: row.isStandby ? timeline : 0, lsn: BigInt(lsn) } };
  }

  #change(state: ReplicaState, lagMs: number, error?: unknown): void {
    const before = this.#state;
    this.#state = state;
    this.#lagMs = lagMs;
    if (state !== before) this.#options.onChange(this, error);
    if (state !== 'unreachable') return;
    this.#keepsUp = false;
    for (const reading of this.#reading) reading.lose(new ReplicaLost(`${this.name} does not answer`));
  }
}
