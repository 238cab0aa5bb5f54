import { Replica, type ReplicaOptions } from './replica.ts';
import { chooseAmong, type KnownPrimary } from './judge-replica.ts';
import { PositionHistory } from './position-history.ts';
import { PrimaryPosition } from './primary-position.ts';
import type { WalPosition } from './wal-position.ts';

/** How often all replicas are checked. One that does not answer is left out within twice this time. */
const CHECK_EVERY_MS = 1_000;

export interface ReplicasOptions extends ReplicaOptions {
  readonly primaryUrl: string;
  readonly urls: readonly string[];
}

/** The replicas of a primary, and which of them may answer a read. */
export class Replicas {
  readonly primary: PrimaryPosition;
  readonly all: readonly Replica[];
  readonly #history: PositionHistory;
  #identity: string | undefined;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | undefined;

  constructor({ primaryUrl, urls, ...options }: ReplicasOptions) {
    this.primary = new PrimaryPosition(primaryUrl, `${options.applicationName} position`);
    this.all = urls.map((url) => new Replica(url, options));
    this.#history = new PositionHistory(options.lagMaxMs + 2 * CHECK_EVERY_MS);
  }

  /**
   * Checks all replicas once, and from then on in the background. One that does not answer is no error.
   *
   * @throws {Error} when one is not a replica of this primary
   */
  async start(): Promise<void> {
    await this.#check();
    const other = this.all.find(({ state }) => state === 'other_database');
    if (other) {
      throw new Error(
        `DATABASE_REPLICA_URL: ${other.name} is not a replica of DATABASE_URL: it has another database`,
      );
    }
    this.#timer = setInterval(() => {
      this.#checking ??= this.#check().finally(() => {
        this.#checking = undefined;
      });
    }, CHECK_EVERY_MS).unref();
  }

  /**
   * A replica to read from. Undefined: none may be used, or reaches the position in time; or the position is
   * of another timeline than the primary's.
   *
   * @param wanted what it must have replayed. Null: only that it does not lag too much
   */
  async choose(wanted: WalPosition | null): Promise<Replica | undefined> {
    if (wanted && wanted.timeline !== this.primary.timeline) return undefined;
    this.#turn += 1;
    const ready = chooseAmong(this.all, wanted, this.#turn);
    if (ready || wanted === null) return ready;
    return firstOf(this.all.map(async (each) => ((await each.reaches(wanted)) ? each : undefined)));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checking;
    await Promise.all([this.primary.close(), ...this.all.map((each) => each.close())]);
  }

  async #check(): Promise<void> {
    const primary = await this.#askPrimary();
    await Promise.all(this.all.map((each) => each.check(primary)));
  }

  async #askPrimary(): Promise<KnownPrimary> {
    const askedAt = performance.now();
    try {
      this.#history.add(await this.primary.read(), askedAt);
      this.#identity ??= await this.primary.readIdentity();
    } catch {
      this.#history.addSilence(askedAt); // others report that the primary is away
    }
    return { identity: this.#identity ?? '', history: this.#history };
  }
}

/** What the first of these resolves with that is not undefined. */
async function firstOf<Value>(those: readonly Promise<Value | undefined>[]): Promise<Value | undefined> {
  const found = those.map(async (each) => (await each) ?? Promise.reject(new Error('none')));
  return Promise.any(found).catch(() => undefined);
}
