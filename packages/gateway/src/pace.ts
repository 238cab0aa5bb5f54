import Bottleneck from 'bottleneck';
import { LimiterRedis } from './limiter-redis.ts';

/**
 * How late a request may arrive after its slot (event loop, connection, network) before a sliding second could hold one
 * too many.
 */
const LATENESS_MARGIN_MS = 100;

/**
 * Milliseconds between two slots, so that in *any* sliding second at most `ratePerSecond` requests arrive.
 *
 * One request too many in one second means `ratePerSecond` gaps within 1,000 ms. So that many gaps must take longer,
 * with {@link LATENESS_MARGIN_MS} to spare: `ceil(1100 / rate)`, 19 ms for 60, which lets 52.6 a second through. A
 * reservoir refilled each second would let 120 through at its edge.
 */
export const slotEveryMs = (ratePerSecond: number): number =>
  Math.ceil((1_000 + LATENESS_MARGIN_MS) / ratePerSecond);

/** Slots in time, handed out one after another; all processes that share a Redis and a name share them. */
export interface Pace {
  /** Calls `granted` when the next slot begins. @throws when the store refuses */
  slot(granted: () => void): Promise<void>;
  /** Tells the other processes. @throws when Redis cannot be reached */
  broadcast(message: string): Promise<void>;
  onBroadcast(listener: (message: string) => void): void;
  close(): Promise<void>;
}

export interface PaceOptions {
  readonly ratePerSecond: number;
  /** Unset: the slots are this process's own. */
  readonly redisUrl?: string | undefined;
  /** The name that processes share their slots under; part of the keys in Redis. */
  readonly name: string;
  readonly onError: (error: unknown) => void;
}

/**
 * Bottleneck with nothing but a `minTime`. It has no `maxConcurrent` on purpose: clustered, that would be counted in
 * Redis, and a killed process would never give its share back. What remains there is one number, the time of the next
 * slot, and nothing can leak from that.
 *
 * The time is that of each process's own clock: hosts must be kept together by NTP. Known of Bottleneck 2.19.5: state
 * lost in Redis (FLUSHALL) is made anew at the next use, and slots granted just before are then not remembered.
 */
export function createPace({ ratePerSecond, redisUrl, name, onError }: PaceOptions): Pace {
  const minTime = slotEveryMs(ratePerSecond);
  if (redisUrl === undefined) {
    const limiter = new Bottleneck({ minTime });
    return {
      slot: (granted) => limiter.schedule(async () => granted()),
      broadcast: async () => {},
      onBroadcast: () => {},
      close: async () => {},
    };
  }

  const connection = new Bottleneck.IORedisConnection({ client: new LimiterRedis(redisUrl) });
  const limiter = new Bottleneck({ id: name, minTime, connection });
  connection.on('error', onError);
  limiter.on('error', onError);
  // Settings found in Redis win over the constructor's: without this, a changed rate would never be used.
  limiter
    .ready()
    .then(() => limiter.updateSettings({ minTime }))
    .catch(onError);
  return {
    slot: (granted) => limiter.schedule(async () => granted()),
    broadcast: (message) => limiter.publish(message),
    onBroadcast: (listener) => limiter.on('message', listener),
    // Not flushed: that would send QUIT and wait for ever for a Redis that is away.
    close: () => connection.disconnect(false),
  };
}
