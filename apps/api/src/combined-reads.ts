import { classifyDatabaseError, PoolBusy } from '@holdfast/db';
import { CallerGone } from '@holdfast/ledger';

/** Waits for one value, until its client disconnects. */
interface Reader<Value> {
  readonly client: { readonly aborted: boolean };
  /** By `performance.now()`. */
  readonly since: number;
  readonly resolve: (value: Value | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Readers of values that are read together, by key. */
type Gathered<Value> = Map<string, Reader<Value>[]>;

/** Reads the values that exist, by key. */
type ReadAll<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;

/** Bounds of {@link CombinedReads}. */
const LIMITS = {
  /** Statements at once: while one runs, the next gathers its keys. */
  inFlightMax: 2,
  /** More in one statement are not read faster. */
  keysMax: 100,
  /** Readers that wait; more are refused. About a second of work. */
  readersMax: 10_000,
  /** The same limit as for a connection of a pool. A reader that has waited so long is refused. */
  waitMaxMs: 2_500,
};

/**
 * Reads of single values by key. While statements are under way, further reads are gathered, and the next
 * statement reads them together; a lone read goes at once. Under load that is three to four times as many
 * reads a second as with a statement for each (docs/decisions/0039).
 *
 * A value is read by a statement that begins after it was asked for, so a client that has written reads what
 * it wrote.
 */
export class CombinedReads<Value> {
  readonly #readAll: ReadAll<Value>;
  readonly #limits;
  /** In order of arrival. */
  #waiting: Gathered<Value> = new Map();
  #readers = 0;
  #inFlight = 0;

  constructor(readAll: ReadAll<Value>, limits: Partial<typeof LIMITS> = {}) {
    this.#readAll = readAll;
    this.#limits = { ...LIMITS, ...limits };
  }

  /**
   * The value of a key; undefined: there is none.
   *
   * @throws {PoolBusy} when too many wait, or this one has waited too long
   * @throws {CallerGone} when the client has disconnected before its turn
   */
  get(key: string, client: Reader<Value>['client']): Promise<Value | undefined> {
    if (this.#readers >= this.#limits.readersMax) {
      return Promise.reject(new PoolBusy(`${this.#readers} reads wait already`));
    }
    return new Promise((resolve, reject) => {
      const reader = { client, since: performance.now(), resolve, reject };
      const sameKey = this.#waiting.get(key);
      if (sameKey) sameKey.push(reader);
      else this.#waiting.set(key, [reader]);
      this.#readers += 1;
      this.#start();
    });
  }

  #start(): void {
    while (this.#inFlight < this.#limits.inFlightMax && this.#waiting.size > 0) {
      const gathered = this.#take();
      if (gathered.size > 0) void this.#run(gathered);
    }
  }

  #take(): Gathered<Value> {
    const gathered: Gathered<Value> = new Map();
    const lateSince = performance.now() - this.#limits.waitMaxMs;
    for (const [key, readers] of this.#waiting) {
      if (gathered.size >= this.#limits.keysMax) break;
      this.#waiting.delete(key);
      this.#readers -= readers.length;
      const staying = readers.filter((reader) => !isGivenUp(reader, lateSince));
      if (staying.length > 0) gathered.set(key, staying);
    }
    return gathered;
  }

  async #run(gathered: Gathered<Value>): Promise<void> {
    this.#inFlight += 1;
    try {
      await this.#read(gathered);
    } finally {
      this.#inFlight -= 1;
      this.#start();
    }
  }

  async #read(gathered: Gathered<Value>): Promise<void> {
    try {
      const found = await this.#readAll([...gathered.keys()]);
      for (const [key, readers] of gathered) for (const { resolve } of readers) resolve(found.get(key));
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (gathered.size > 1 && classifyDatabaseError(error) === 'data') {
        // If one of the keys cannot be read, the others must not fail too.
        for (const [key, readers] of gathered) await this.#read(new Map([[key, readers]]));
        return;
      }
      for (const readers of gathered.values()) for (const { reject } of readers) reject(error);
    }
  }
}

/** Refuses a reader whose client has gone, or that has waited too long. */
function isGivenUp<Value>({ client, since, reject }: Reader<Value>, lateSince: number): boolean {
  if (client.aborted) reject(new CallerGone('the caller has gone'));
  else if (since < lateSince) reject(new PoolBusy('the read has waited too long for its turn'));
  else return false;
  return true;
}
