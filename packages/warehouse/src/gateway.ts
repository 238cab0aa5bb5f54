import { setTimeout as delay } from 'node:timers/promises';
import { isUrgentSync, type SyncAction } from '@holdfast/contract';
import Bottleneck from 'bottleneck';
import { TaskCancelledError, timeout, TimeoutStrategy } from 'cockatiel';
import { createBreaker, type Breaker } from './gateway-breaker.ts';
import type { GatewayClient, HoldCall } from './gateway-client.ts';
import type { HoldOutcome, Withheld } from './hold-outcome.ts';
import { NoSlot, type Pace } from './gateway-pace.ts';

export type Gateway = Pick<PacedGateway, 'ready' | 'send' | 'standing' | 'close'>;

interface GatewayStanding {
  /** Calls that wait for their slot in this process. */
  readonly waiting: number;
  readonly pausedMs: number;
  readonly isDown: boolean;
}

export interface GatewayOptions {
  readonly client: GatewayClient;
  readonly pace: Pace;
  /** How long a call waits for its slot before it is withheld. Default: {@link WAIT_MAX_MS}. */
  readonly waitMaxMs?: number;
  readonly onDown?: (isDown: boolean) => void;
}

/** Eight calls that wait in each of 25 workers have all had their slot by then. */
export const WAIT_MAX_MS = 4_000;

/** Bottleneck serves 0 before 9. */
const priorityOf = (action: SyncAction): number => (isUrgentSync(action) ? 0 : 5);

export function createGateway(options: GatewayOptions): Gateway {
  return new PacedGateway(options);
}

/**
 * The one way to the Warehouse Gateway: at the pace that all workers share, not while it asked for a pause,
 * and not while it is down.
 *
 * Calls wait in the job queue, not in memory: `ready` holds a worker's few jobs back while no call may start,
 * so thousands of others stay in the queue, and `send` waits only for a slot.
 */
class PacedGateway {
  readonly #client: GatewayClient;
  readonly #pace: Pace;
  readonly #waitMaxMs: number;
  readonly #breaker: Breaker;
  /** One call at a time asks for a slot: a confirm never waits behind slots reserved for expiries. */
  readonly #turns = new Bottleneck({ maxConcurrent: 1 });
  readonly #sending = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #waiting = 0;

  constructor({ client, pace, waitMaxMs = WAIT_MAX_MS, onDown = () => {} }: GatewayOptions) {
    this.#client = client;
    this.#pace = pace;
    this.#waitMaxMs = waitMaxMs;
    this.#breaker = createBreaker(onDown);
  }

  /** Resolves when calls may start: no pause, and the gateway is not down. @throws when aborted first */
  async ready(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = Math.max(this.#pace.pausedMs(), this.#breaker.holdsBackMs());
      if (waitMs <= 0) return;
      await delay(Math.min(waitMs, LOOK_EVERY_MS), undefined, { signal });
    }
  }

  /**
   * Sends one call in a slot of its own, confirm and cancel before release and expire. Never throws for what
   * a network, a gateway or the place of the slots can do; see {@link HoldOutcome}. It takes `waitMaxMs` and
   * the client's own time-out at most. When `signal` is aborted, a call that was not sent yet is withheld.
   */
  send(call: HoldCall, signal: AbortSignal): Promise<HoldOutcome | Withheld> {
    const stopping = AbortSignal.any([signal, this.#closing.signal]);
    const work = this.#sendInTurn(call, stopping).finally(() => this.#sending.delete(work));
    this.#sending.add(work);
    return work;
  }

  /** For metrics. */
  standing(): GatewayStanding {
    return { waiting: this.#waiting, pausedMs: this.#pace.pausedMs(), isDown: this.#breaker.isOpen() };
  }

  /** Calls that wait for their slot are withheld; those that were sent get their answer. Never throws. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#sending);
    await this.#pace.close();
  }

  async #sendInTurn(call: HoldCall, stopping: AbortSignal): Promise<HoldOutcome | Withheld> {
    const deadlineMs = performance.now() + this.#waitMaxMs;
    this.#waiting += 1;
    const turn = await this.#turns
      .schedule({ priority: priorityOf(call.body.action) }, () => this.#begin(call, deadlineMs, stopping))
      .finally(() => {
        this.#waiting -= 1;
      });
    if ('withheld' in turn) return { kind: 'withheld', reason: turn.withheld };
    const outcome = await turn.sent;
    if (outcome.kind === 'throttled') this.#pace.pause(outcome.retryAfterMs);
    return outcome;
  }

  /** A turn ends when the call is sent: the next call can then wait for its slot. */
  async #begin(call: HoldCall, deadlineMs: number, stopping: AbortSignal): Promise<Turn> {
    const before = this.#hindrance(stopping);
    const withheld = before ?? (await this.#waitForSlot(deadlineMs)) ?? this.#hindrance(stopping);
    if (withheld !== null) return { withheld };
    const sent = this.#breaker.run(() => this.#client.sendHold(call));
    sent.catch(() => {}); // the caller awaits it a moment later
    return { sent };
  }

  /** Null: the slot has just begun. Otherwise why there is none. */
  async #waitForSlot(deadlineMs: number): Promise<string | null> {
    const leftMs = Math.max(1, deadlineMs - performance.now());
    try {
      await timeout(leftMs, TimeoutStrategy.Aggressive).execute(() => this.#pace.slot());
      return null;
    } catch (error) {
      if (error instanceof NoSlot) return error.message;
      if (error instanceof TaskCancelledError) return `no slot within ${this.#waitMaxMs} ms`;
      throw error;
    }
  }

  #hindrance(stopping: AbortSignal): string | null {
    if (stopping.aborted) return 'the worker stops';
    if (this.#breaker.holdsBackMs() > 0) return 'the gateway is down';
    if (this.#pace.pausedMs() > 0) return 'the calls are paused';
    return null;
  }
}

type Turn = { readonly withheld: string } | { readonly sent: Promise<HoldOutcome | Withheld> };

/** A pause may be over, and the gateway back, before the time that was given. */
const LOOK_EVERY_MS = 250;
