import { type RedisAddress, type RedisClient, redisKindOf } from '@holdfast/runtime/redis';
import Bottleneck from 'bottleneck';
import { timeout, TimeoutStrategy } from 'cockatiel';
import { openLimiterRedis } from './redis-pace-connection.ts';
import { LATE_MAX_MS, NoSlot, PauseClock, slotEveryMs, SLOTS_TRIED_MAX, type Pace } from './gateway-pace.ts';

export interface RedisPaceOptions extends RedisAddress {
  readonly ratePerSecond: number;
  /** The name that processes share their slots under; part of the keys in Redis. */
  readonly name?: string;
  readonly slotTimeoutMs?: number;
  /** Called with errors in the background. Often, while Redis is away. */
  readonly onError: (error: unknown) => void;
  /** Called when a limiter that granted no slot in time was replaced. */
  readonly onRebuilt?: () => void;
}

/** A slot is at most 19.5 ms ahead for each worker. After this wait something is broken. */
const SLOT_TIMEOUT_MS = 2_000;

/** How finely a process that stands still is noticed. */
const STALL_LOOK_EVERY_MS = 10;

/** While Redis is away, there is no use in connecting again more often. */
const REBUILD_EVERY_MS = 1_000;

/** Bottleneck's next slot may be this far ahead: it is by the clock of the process that took the last one. */
const AHEAD_MAX_MS = 30_000;
/** ARGV: the time now, by the clock of the slots, and how far ahead of it the next slot may be. */
const BRING_BACK = `
  local next = tonumber(redis.call('HGET', KEYS[1], 'nextRequest'))
  if next and next > ARGV[1] + ARGV[2] then
    redis.call('HSET', KEYS[1], 'nextRequest', ARGV[1])
  end`;

/**
 * Slots by Bottleneck, clustered through Redis, with nothing but a `minTime`. It has no `maxConcurrent` on
 * purpose: clustered, that would be counted in Redis, and a killed process would never give its share back.
 * So Redis stores one number, the time of the next slot, which cannot leak.
 *
 * Bottleneck 2.19.5 is known to stay stuck when Redis has lost its state or scripts, or a connection was
 * replaced. So each slot is also a health check. If a slot does not come in time, the limiter is rebuilt with
 * new connections, and a next slot in the far future (taken by a clock that was ahead) is corrected. The
 * rebuilt limiter keeps the state in Redis: if each of eight workers cleared it, each would delete the slots
 * that the others had just been given.
 *
 * The time is `Date.now()`, which in each process is the database's (docs/decisions/0023). State that was
 * lost in Redis (FLUSHALL) is made again at the next use; the slots granted just before, one for each worker,
 * are then not remembered.
 */
export function createRedisPace(options: RedisPaceOptions): Pace {
  return new RedisPace(options);
}

class RedisPace implements Pace {
  readonly #options: RedisPaceOptions;
  readonly #minTime: number;
  readonly #paused = new PauseClock();
  #redis: RedisClient;
  #limiter: Bottleneck;
  #builtAtMs = 0;
  #isClosed = false;

  constructor(options: RedisPaceOptions) {
    this.#options = options;
    this.#minTime = slotEveryMs(options.ratePerSecond);
    this.#redis = openLimiterRedis(options);
    this.#limiter = this.#build();
  }

  async slot(): Promise<void> {
    if (this.#paused.leftMs() > 0) throw new NoSlot('the calls are paused');
    const limiter = this.#limiter;
    try {
      for (let tried = 0; tried < SLOTS_TRIED_MAX; tried += 1) {
        if ((await longestStallMs(() => this.#nextSlot(limiter))) <= LATE_MAX_MS) return;
      }
    } catch (error) {
      if (!this.#isClosed && limiter === this.#limiter) this.#rebuild();
      throw new NoSlot('no slot from Redis', { cause: error });
    }
  }

  pause(ms: number): void {
    this.#paused.pause(ms);
    // A length, not a time: hosts' clocks differ.
    this.#limiter.publish(String(Math.ceil(this.#paused.leftMs()))).catch(this.#options.onError);
  }

  pausedMs(): number {
    return this.#paused.leftMs();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await disconnect(this.#limiter);
  }

  async #nextSlot(limiter: Bottleneck): Promise<void> {
    const inTime = timeout(this.#options.slotTimeoutMs ?? SLOT_TIMEOUT_MS, TimeoutStrategy.Aggressive);
    await inTime.execute(
      () =>
        new Promise<void>((granted, refused) => {
          // Settled inside the slot: Bottleneck reports its end only after one more trip to Redis.
          limiter.schedule(async () => granted()).catch(refused);
        }),
    );
  }

  #rebuild(): void {
    if (performance.now() - this.#builtAtMs < REBUILD_EVERY_MS) return;
    disconnect(this.#limiter).catch(this.#options.onError);
    this.#redis = openLimiterRedis(this.#options);
    this.#limiter = this.#build();
    this.#limiter
      .ready()
      .then(() => this.#redis.eval(BRING_BACK, 1, `b_${this.#name}_settings`, Date.now(), AHEAD_MAX_MS))
      .catch(this.#options.onError);
    this.#options.onRebuilt?.();
  }

  get #name(): string {
    const { name = 'holdfast-gateway' } = this.#options;
    // Bottleneck's scripts use several keys, with this name in them: braces put them into one slot.
    return redisKindOf(this.#options) === 'cluster' ? `{${name}}` : name;
  }

  #build(): Bottleneck {
    const { onError } = this.#options;
    const minTime = this.#minTime;
    const connection = new Bottleneck.IORedisConnection({ client: this.#redis });
    const limiter = new Bottleneck({ id: this.#name, minTime, connection });
    connection.on('error', onError);
    limiter.on('error', onError);
    limiter.on('message', (message: string) => this.#paused.pause(Number(message)));
    // Settings found in Redis win over the constructor's: without this, a changed rate would never be used.
    limiter
      .ready()
      .then(() => limiter.updateSettings({ minTime }))
      .catch(onError);
    this.#builtAtMs = performance.now();
    return limiter;
  }
}

/** Without a flush, which would send QUIT and wait for ever for a Redis that is away. */
async function disconnect(limiter: Bottleneck): Promise<void> {
  limiter.stop({ dropWaitingJobs: true }).catch(() => {}); // it may wait for an answer of Redis
  await limiter.connection?.disconnect(false);
}

/**
 * Does the work. @returns the longest time that the process stood still meanwhile, in ms @throws as the work
 * does
 */
async function longestStallMs(work: () => Promise<void>): Promise<number> {
  let longestMs = 0;
  let lookedAtMs = performance.now();
  const look = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lookedAtMs - STALL_LOOK_EVERY_MS);
    lookedAtMs = nowMs;
  };
  const timer = setInterval(look, STALL_LOOK_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  look();
  return longestMs;
}
