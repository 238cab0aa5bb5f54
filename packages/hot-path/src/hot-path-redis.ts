import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '@holdfast/runtime/bounded-waits';
import { openRedis, type RedisAddress, type RedisClient } from '@holdfast/runtime/redis';
import { HOT_PATH_LIMITS } from './limits.ts';

const SCRIPTS = {
  look: readScript('look'),
  fill: readScript('fill'),
  mark: readScript('mark'),
  done: readScript('done'),
  orders: readScript('orders'),
};

export type ScriptName = keyof typeof SCRIPTS;

/** Short, and sent whole: with its hash, a server that does not know it would run it after later calls. */
const COMMITTED = readLua('committed');

function readScript(name: string): { readonly lua: string; readonly sha: string } {
  const lua = `${readLua('prelude')}\n${readLua(name)}`;
  return { lua, sha: hash('sha1', lua) };
}

function readLua(name: string): string {
  return readFileSync(join(__dirname, 'lua', `${name}.lua`), 'utf8');
}

/** Redis has not answered, or not in time. */
class RedisAway extends Error {
  override name = 'RedisAway';
}

const LATE = Symbol('late');

export interface RedisObserver {
  /** Called when Redis begins to answer or stops to. */
  readonly onStateChange: (isAnswering: boolean, error?: unknown) => void;
}

/**
 * The hot path's connection to Redis, of any kind. Each call has a limit, and after a few that were not
 * answered in a row no call is made for a second: a Redis that is away or slow costs nothing.
 */
export class HotPathRedis {
  readonly #redis: RedisClient;
  readonly #observer: RedisObserver;
  #failures = 0;
  #restsUntil = 0;
  #isAnswering = true;
  #answersFrom = 0;

  constructor(address: RedisAddress, observer: RedisObserver) {
    this.#observer = observer;
    this.#redis = openRedis(address, {
      connectionName: 'holdfast hot path',
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: HOT_PATH_LIMITS.connectMs,
      commandTimeout: HOT_PATH_LIMITS.connectMs,
    });
    this.#redis.on('error', () => {}); // the calls fail, too
    let wasReady = false;
    this.#redis.on('ready', () => {
      this.#restsUntil = 0;
      // After a fail-over, entries from before it may lack marks that the lost server had.
      if (wasReady) this.#answersFrom = performance.now() + HOT_PATH_LIMITS.lifeMs;
      wasReady = true;
    });
  }

  /** Whether its answers may be used now. */
  get isTrusted(): boolean {
    return performance.now() >= this.#answersFrom;
  }

  /** Waits for the first connection, so that the first calls do not find Redis away. Never throws. */
  async open(): Promise<void> {
    if (this.#redis.status === 'ready') return;
    const ready = new Promise((resolve) => this.#redis.once('ready', resolve));
    await within(HOT_PATH_LIMITS.connectMs, ready, undefined);
  }

  /** @throws {RedisAway} when it is not answered within `limitMs` */
  run(
    name: ScriptName,
    keys: readonly string[],
    args: readonly (string | number)[],
    limitMs: number,
  ): Promise<unknown> {
    return this.#bounded(limitMs, () => this.#evaluate(name, keys, args));
  }

  /** Texts by key, null where there is none. @throws {RedisAway} */
  readAll(keys: readonly string[], limitMs: number): Promise<readonly (string | null)[]> {
    return this.#bounded(limitMs, () => this.#redis.mget([...keys]));
  }

  /** Deletes entries and keeps texts. Sent before any later call of this process; not waited for. */
  settle(
    entries: readonly string[],
    texts: readonly (readonly [key: string, text: string])[],
    forMs: number,
  ): void {
    if (entries.length + texts.length === 0 || !this.#mayCall) return;
    const keys = [...entries, ...texts.map(([key]) => key)];
    const args = [entries.length, forMs, ...texts.map(([, text]) => text)];
    this.#redis.eval(COMMITTED, keys.length, ...keys, ...args).catch(() => undefined);
  }

  close(): Promise<void> {
    this.#redis.disconnect();
    return Promise.resolve();
  }

  get #mayCall(): boolean {
    return performance.now() >= this.#restsUntil;
  }

  async #evaluate(name: ScriptName, keys: readonly string[], args: readonly (string | number)[]) {
    const { sha, lua } = SCRIPTS[name];
    try {
      return await this.#redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.#redis.eval(lua, keys.length, ...keys, ...args);
    }
  }

  async #bounded<Result>(longestMs: number, call: () => Promise<Result>): Promise<Result> {
    if (!this.#mayCall) throw new RedisAway('Redis has not answered just now');
    const limitMs = this.#isAnswering ? longestMs : Math.min(longestMs, HOT_PATH_LIMITS.answerMs);
    try {
      const calling = call();
      calling.catch(() => undefined); // it may fail after the limit
      let result = await within(limitMs, calling, LATE);
      // The answer may have come while this process stood still: timers are called first.
      if (result === LATE) result = await Promise.race([calling, afterReading()]);
      if (result === LATE) throw new RedisAway(`Redis has not answered within ${limitMs} ms`);
      this.#note(true);
      return result;
    } catch (error) {
      this.#note(false, error);
      throw error instanceof RedisAway ? error : new RedisAway('Redis is away', { cause: error });
    }
  }

  #note(isAnswered: boolean, error?: unknown): void {
    this.#failures = isAnswered ? 0 : this.#failures + 1;
    const isAway = this.#failures >= HOT_PATH_LIMITS.failuresMax;
    if (isAway) this.#restsUntil = performance.now() + HOT_PATH_LIMITS.restMs;
    if (isAnswered === this.#isAnswering || (!isAnswered && !isAway)) return;
    this.#isAnswering = isAnswered;
    this.#observer.onStateChange(isAnswered, error);
  }
}

/** After data that has arrived on sockets was read. */
async function afterReading(): Promise<typeof LATE> {
  for (let turns = 0; turns < 2; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  return LATE;
}
