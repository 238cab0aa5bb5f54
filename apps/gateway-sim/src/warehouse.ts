import { GATEWAY_REQUESTS_PER_SECOND, type HoldAnswer } from '@holdfast/warehouse/gateway-contract';
import { randomUUID } from 'node:crypto';
import { KEPT_BODIES_MAX_BYTES, KEPT_KEYS_MAX, KEPT_REQUESTS_MAX } from './limits.ts';
import { SlidingSecond } from './sliding-second.ts';

/** One request as the log shows it. `body` and `status` are filled in as they become known. */
export interface LoggedRequest {
  readonly at: string;
  readonly idempotency_key: string | null;
  body: unknown;
  status: number | null;
}

export interface Report {
  readonly requests: readonly LoggedRequest[];
  readonly keys: number;
  readonly repeats: number;
  readonly throttled: number;
  readonly busiest_second: number;
}

/** A request that has just come in, and whether the limit lets it through. */
export interface Arrival {
  readonly request: LoggedRequest;
  /** `null`: it may pass. Else whole seconds, 1 or more, as `Retry-After` wants them. */
  readonly retryAfterSeconds: number | null;
}

/**
 * What the stand-in remembers: the log of requests, the holds it has taken, and the limit's window.
 *
 * A request counts towards the limit when it arrives and is let through. What is refused with a 429 does not
 * count, or a client that never stops would never be served again; it does count in `busiest_second`, which
 * is about what the client did, not about what the gateway let through.
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

  /**
   * The effect: takes the hold, once for each key. A repeated key gets the first answer, and changes nothing.
   */
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

  report(): Report {
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
