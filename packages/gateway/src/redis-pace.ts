import Bottleneck from 'bottleneck';
import { LimiterRedis } from './limiter-redis.ts';
import { NoSlot, PauseClock, slotEveryMs, type Pace } from './pace.ts';

export interface RedisPaceOptions {
  readonly ratePerSecond: number;
  readonly redisUrl: string;
  /** The name that processes share their slots under; part of the keys in Redis. */
  readonly name?: string;
  readonly slotTimeoutMs?: number;
  /** Called with what goes wrong in the background. Often, while Redis is away. */
  readonly onError: (error: unknown) => void;
  /** Called when a limiter that granted no slot in time was replaced. */
  readonly onRebuilt?: () => void;
}

/** A slot is at most 19.5 ms ahead for each worker. Who waits this long waits for something that is broken. */
const SLOT_TIMEOUT_MS = 2_000;

/** While Redis is away, there is no use in connecting anew more often. */
const REBUILD_EVERY_MS = 1_000;

/**
 * Slots by Bottleneck, clustered through Redis, with nothing but a `minTime`. It has no `maxConcurrent` on purpose: clustered,
 * that would be counted in Redis, and a killed process would never give its share back. What remains there is one
 * number, the time of the next slot, and nothing can leak from that.
 *
 * Bottleneck 2.19.5 is known to stay stuck when Redis has lost its state or scripts, or a connection was replaced. So
 * each slot is also the health check: one that does not come in time has the limiter built anew, with connections of
 * its own; if that does not help, its state in Redis is made anew too (a host whose clock was ahead has left a next
 * slot in the future).
 *
 * The time is that of each process's own clock: hosts must be kept together by NTP. State that was lost in Redis
 * (FLUSHALL) is made anew at the next use; the slots granted just before, one for each worker, are then not remembered.
 */
export function createRedisPace(options: RedisPaceOptions): Pace {
  return new RedisPace(options);
}

class RedisPace implements Pace {
  readonly #options: RedisPaceOptions;
  readonly #minTime: number;
  readonly #paused = new PauseClock();
  #limiter: Bottleneck;
  /** Slots that did not come, one after the other. */
  #missed = 0;
  #builtAtMs = 0;

  constructor(options: RedisPaceOptions) {
    this.#options = options;
    this.#minTime = slotEveryMs(options.ratePerSecond);
    this.#limiter = this.#build(false);
  }

  async slot(): Promise<void> {
    this.#refuseWhilePaused();
    try {
      await this.#nextSlot();
      this.#missed = 0;
    } catch (error) {
      this.#missed += 1;
      this.#rebuild();
      throw new NoSlot('no slot from Redis', { cause: error });
    }
    this.#refuseWhilePaused(); // a pause that came meanwhile makes the slot void
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
    await disconnect(this.#limiter);
  }

  #refuseWhilePaused(): void {
    if (this.#paused.leftMs() > 0) throw new NoSlot('the calls are paused');
  }

  async #nextSlot(): Promise<void> {
    const { slotTimeoutMs = SLOT_TIMEOUT_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((granted, refused) => {
        timer = setTimeout(() => refused(new Error(`none within ${slotTimeoutMs} ms`)), slotTimeoutMs);
        // Settled inside the slot: Bottleneck reports its end only after one more trip to Redis.
        this.#limiter.schedule(async () => granted()).catch(refused);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #rebuild(): void {
    if (performance.now() - this.#builtAtMs < REBUILD_EVERY_MS) return;
    disconnect(this.#limiter).catch(this.#options.onError);
    this.#limiter = this.#build(this.#missed > 1);
    this.#options.onRebuilt?.();
  }

  #build(clearDatastore: boolean): Bottleneck {
    const { redisUrl, name = 'holdfast-gateway', onError } = this.#options;
    const minTime = this.#minTime;
    const connection = new Bottleneck.IORedisConnection({ client: new LimiterRedis(redisUrl) });
    const limiter = new Bottleneck({ id: name, minTime, connection, clearDatastore });
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

/** Not flushed: that would send QUIT and wait for ever for a Redis that is away. */
const disconnect = async (limiter: Bottleneck): Promise<void> => limiter.connection?.disconnect(false);
