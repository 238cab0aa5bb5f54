import { GATEWAY_REQUESTS_PER_SECOND, type HoldAnswer } from '@holdfast/warehouse/gateway-contract';
import { randomUUID } from 'node:crypto';

/** The stand-in keeps its newest requests and keys only: it may run for days beside a load test. */
export const KEPT_REQUESTS_MAX = 100_000;
const KEPT_KEYS_MAX = 100_000;

/** 100,000 usual bodies have 30 MB. Above this size the oldest requests are dropped, even if they are few. */
const KEPT_BODIES_MAX_BYTES = 64 * 1_024 * 1_024;

/** One request as the log shows it. `body` and `status` are filled in as they become known. */
export interface LoggedRequest {
  readonly at: string;
  readonly idempotency_key: string | null;
  body: unknown;
  status: number | null;
}

/** A request that has just come in, and whether the limit lets it through. */
export interface Arrival {
  readonly request: LoggedRequest;
  /** `null`: it may pass. Otherwise whole seconds, 1 or more, as in `Retry-After`. */
  readonly retryAfterSeconds: number | null;
}

/**
 * What the stand-in remembers: the log of requests, the holds it has taken, and the limit's window.
 *
 * A request counts towards the limit when it is let through, or a client that never stops would never be
 * served again. `busiest_second` counts what the client sent.
 */
export class Warehouse {
  readonly #nowMs: () => number;
  readonly #arrivals = new SlidingSecond();
  readonly #passed = new SlidingSecond();
  readonly #holds = new Map<string, HoldAnswer>();
  #requests: LoggedRequest[] = [];
  readonly #bodyBytes = new WeakMap<LoggedRequest, number>();
  #keptBytes = 0;
  #keys = 0;
  #repeats = 0;
  #throttled = 0;
  #busiestSecond = 0;

  /** @param nowMs milliseconds since the epoch; must never go back */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  arrive(idempotencyKey: string | null, bodyBytes: number): Arrival {
    const nowMs = this.#nowMs();
    this.#arrivals.add(nowMs);
    this.#busiestSecond = Math.max(this.#busiestSecond, this.#arrivals.countAt(nowMs));
    const request: LoggedRequest = {
      at: new Date(nowMs).toISOString(),
      idempotency_key: idempotencyKey,
      body: null,
      status: null,
    };
    this.#log(request, bodyBytes);
    return { request, retryAfterSeconds: this.#pass(nowMs) };
  }

  answered(request: LoggedRequest, status: number): void {
    request.status = status;
    if (status === 429) this.#throttled += 1;
  }

  /** The effect: takes the hold, once for each key. A repeated key gets the first answer. */
  hold(idempotencyKey: string): HoldAnswer {
    const known = this.#holds.get(idempotencyKey);
    if (known) {
      this.#repeats += 1;
      return known;
    }
    const answer: HoldAnswer = { hold_id: randomUUID(), status: 'accepted' };
    this.#holds.set(idempotencyKey, answer);
    this.#keys += 1;
    const [oldest] = this.#holds.keys();
    if (this.#holds.size > KEPT_KEYS_MAX && oldest !== undefined) this.#holds.delete(oldest);
    return answer;
  }

  /** What `GET /__sim/requests` answers. */
  report() {
    return {
      requests: this.#requests,
      keys: this.#keys,
      repeats: this.#repeats,
      throttled: this.#throttled,
      busiest_second: this.#busiestSecond,
    };
  }

  /** As if nothing had ever arrived. */
  clear(): void {
    this.#requests = [];
    this.#keptBytes = 0;
    this.#holds.clear();
    this.#arrivals.clear();
    this.#passed.clear();
    this.#keys = this.#repeats = this.#throttled = this.#busiestSecond = 0;
  }

  #pass(nowMs: number): number | null {
    if (this.#passed.countAt(nowMs) < GATEWAY_REQUESTS_PER_SECOND) {
      this.#passed.add(nowMs);
      return null;
    }
    return Math.max(1, Math.ceil(((this.#passed.nextFreeAtMs() ?? nowMs) - nowMs) / 1_000));
  }

  #log(request: LoggedRequest, bodyBytes: number): void {
    this.#requests.push(request);
    this.#bodyBytes.set(request, bodyBytes);
    this.#keptBytes += bodyBytes;
    while (this.#requests.length > KEPT_REQUESTS_MAX || this.#keptBytes > KEPT_BODIES_MAX_BYTES) {
      const oldest = this.#requests.shift();
      if (!oldest) return;
      this.#keptBytes -= this.#bodyBytes.get(oldest) ?? 0;
    }
  }
}

/**
 * Counts what happened in the last second. The window is half open, (now - 1,000 ms, now]: two things exactly
 * a second apart are not in the same one. It is fullest when something happens, so looking then is enough.
 */
class SlidingSecond {
  #times: number[] = [];

  /** Milliseconds since the epoch, never less than the time before. */
  add(atMs: number): void {
    this.#times.push(atMs);
  }

  countAt(nowMs: number): number {
    while (this.#times[0] !== undefined && this.#times[0] <= nowMs - 1_000) this.#times.shift();
    return this.#times.length;
  }

  /** When the oldest leaves the window, in milliseconds since the epoch; `undefined` when it is empty. */
  nextFreeAtMs(): number | undefined {
    return this.#times[0] === undefined ? undefined : this.#times[0] + 1_000;
  }

  clear(): void {
    this.#times = [];
  }
}
