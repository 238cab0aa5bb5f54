import Bottleneck from 'bottleneck';
import { setTimeout as delay } from 'node:timers/promises';
import type { HoldAction } from './contract.ts';
import { GatewayBusy, GatewayLimiterClosed, GatewayLimiterUnavailable } from './limiter-errors.ts';
import { createPace, type Pace } from './pace.ts';

/** Enough for 52 calls a second at 150 ms each. More would only pile up on a gateway that has become slow. */
const IN_FLIGHT_MAX = 8;

/** Some 19 s of work at full pace. What is beyond it waits in the queue of jobs, where it costs no memory. */
const QUEUE_MAX = 1_000;

/** At 19 ms a slot, whoever is next and waits this long waits for something that is broken. */
const SLOT_TIMEOUT_MS = 10_000;

const PAUSE_MAX_MS = 5 * 60_000;

/** Bottleneck serves 0 before 9. */
const PRIORITIES = { high: 0, low: 5 } as const;

export type GatewayPriority = keyof typeof PRIORITIES;

/** What an order waits for (confirm, cancel) goes before what only tidies up (release, expire). */
export const priorityOf = (action: HoldAction): GatewayPriority =>
  action === 'confirm' || action === 'cancel' ? 'high' : 'low';

export interface GatewayLimiterOptions {
  /** The gateway's limit for any sliding second, over all processes. */
  readonly ratePerSecond: number;
  /** Shares the limit with all processes at this Redis. Unset: the limit is this process's own. */
  readonly redisUrl?: string | undefined;
  /** Processes share the limit by this name. */
  readonly name?: string;
  readonly inFlightMax?: number;
  readonly queueMax?: number;
  readonly slotTimeoutMs?: number;
  /** Called with what goes wrong in the background: Redis away, a message lost. May be called often. */
  readonly onError?: (error: unknown) => void;
}

export interface GatewayLimiter {
  /**
   * Runs `fn` in a slot of its own, high before low, else in order of arrival, and settles as `fn` does.
   *
   * @throws {GatewayBusy} at once when too many wait
   * @throws {GatewayLimiterUnavailable} when no slot was granted in time; `fn` was not called
   * @throws {GatewayLimiterClosed} when the limiter closes before `fn` was called
   */
  schedule<T>(priority: GatewayPriority, fn: () => Promise<T>): Promise<T>;
  /** No call starts for this long, here and, through Redis, in all other processes. A longer pause is kept. */
  pause(ms: number): void;
  /** How many wait for their slot in this process. */
  queued(): number;
  /** Refuses what waits, lets calls in flight end, then lets go of Redis. */
  close(): Promise<void>;
}

/**
 * Three gates, one behind the other: `calls` bounds what is in flight, `turns` lets one call at a time ask for a slot,
 * and the pace hands slots out. One at a time, because a slot is reserved when it is asked for: a process whose event
 * loop stalls then sends one request late, not a bundle of them, and a confirm never waits behind slots that expiries
 * have reserved.
 */
export function createGatewayLimiter(options: GatewayLimiterOptions): GatewayLimiter {
  const onError = options.onError ?? (() => {});
  const name = options.name ?? 'holdfast-gateway';
  const { ratePerSecond, redisUrl } = options;
  return new PacedLimiter(createPace({ ratePerSecond, redisUrl, name, onError }), options, onError);
}

class PacedLimiter implements GatewayLimiter {
  readonly #pace: Pace;
  readonly #calls: Bottleneck;
  readonly #turns = new Bottleneck({ maxConcurrent: 1 });
  readonly #queueMax: number;
  readonly #slotTimeoutMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #scheduled = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #waiting = 0;
  /** On the clock of `performance.now()`, which nobody sets back. */
  #pausedUntilMs = 0;

  constructor(pace: Pace, options: GatewayLimiterOptions, onError: (error: unknown) => void) {
    this.#pace = pace;
    this.#calls = new Bottleneck({ maxConcurrent: options.inFlightMax ?? IN_FLIGHT_MAX });
    this.#queueMax = options.queueMax ?? QUEUE_MAX;
    this.#slotTimeoutMs = options.slotTimeoutMs ?? SLOT_TIMEOUT_MS;
    this.#onError = onError;
    pace.onBroadcast((message) => this.#pauseHere(Number(message)));
  }

  async schedule<T>(priority: GatewayPriority, fn: () => Promise<T>): Promise<T> {
    this.#refuseIfClosing();
    if (this.#waiting >= this.#queueMax) throw new GatewayBusy(`${this.#waiting} calls wait already`);
    this.#waiting += 1;
    const job = { priority: PRIORITIES[priority] };
    const work = this.#calls.schedule(job, async () => {
      try {
        await this.#turns.schedule(job, () => this.#takeTurn());
      } finally {
        this.#waiting -= 1;
      }
      return fn();
    });
    this.#scheduled.add(work);
    try {
      return await work;
    } finally {
      this.#scheduled.delete(work);
    }
  }

  pause(ms: number): void {
    this.#pauseHere(ms);
    // A length, not a time: hosts' clocks differ.
    this.#pace.broadcast(String(Math.ceil(ms))).catch(this.#onError);
  }

  queued(): number {
    return this.#waiting;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.allSettled(this.#scheduled);
    await this.#pace.close();
  }

  #pauseHere(ms: number): void {
    if (!(ms > 0)) return;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, performance.now() + Math.min(ms, PAUSE_MAX_MS));
  }

  /** A pause that comes while the slot is awaited makes the slot void: after the pause, calls start at pace again. */
  async #takeTurn(): Promise<void> {
    do {
      await this.#waitOutPause();
      await this.#nextSlot();
    } while (this.#pausedUntilMs > performance.now());
  }

  async #waitOutPause(): Promise<void> {
    for (;;) {
      this.#refuseIfClosing();
      const leftMs = this.#pausedUntilMs - performance.now();
      if (leftMs <= 0) return;
      // Aborted only by close(), which the next round notices.
      await delay(leftMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  #nextSlot(): Promise<void> {
    const { signal } = this.#closing;
    return new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onClose);
        if (error) reject(error);
        else resolve();
      };
      const onClose = () => settle(new GatewayLimiterClosed('the limiter is closing'));
      const onTimeout = () =>
        settle(new GatewayLimiterUnavailable(`no slot within ${this.#slotTimeoutMs} ms`));
      const timer = setTimeout(onTimeout, this.#slotTimeoutMs);
      signal.addEventListener('abort', onClose, { once: true });
      // Settled inside the slot: Bottleneck reports its end only after one more trip to Redis.
      this.#pace
        .slot(() => settle())
        .catch((error: unknown) => settle(new GatewayLimiterUnavailable('no slot', { cause: error })));
    });
  }

  #refuseIfClosing(): void {
    if (this.#closing.signal.aborted) throw new GatewayLimiterClosed('the limiter is closing');
  }
}
