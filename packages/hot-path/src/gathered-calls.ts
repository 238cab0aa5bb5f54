import { HOT_PATH_LIMITS } from './limits.ts';

interface Waiting<Ask, Reply> {
  readonly ask: Ask;
  readonly resolve: (reply: Reply | null) => void;
}

/**
 * Calls that are made together: all of one turn of the event loop, and, while some are under way, further
 * ones for the next. There is no timer, so a single call does not wait.
 */
export class GatheredCalls<Ask, Reply> {
  readonly #callAll: (asks: readonly Ask[]) => Promise<readonly Reply[]>;
  #waiting: Waiting<Ask, Reply>[] = [];
  #inFlight = 0;
  #isStarting = false;

  readonly #inFlightMax: number;

  /** @param callAll answers each, in their order. What it throws is no answer */
  constructor(
    callAll: (asks: readonly Ask[]) => Promise<readonly Reply[]>,
    inFlightMax: number = HOT_PATH_LIMITS.inFlightMax,
  ) {
    this.#callAll = callAll;
    this.#inFlightMax = inFlightMax;
  }

  /** Null: there is no answer, or too many wait already. Never throws. */
  call(ask: Ask): Promise<Reply | null> {
    if (this.#waiting.length >= HOT_PATH_LIMITS.waitingMax) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.push({ ask, resolve });
      this.#startAfterTurn();
    });
  }

  #startAfterTurn(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    setImmediate(() => {
      this.#isStarting = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#inFlight < this.#inFlightMax && this.#waiting.length > 0) {
      void this.#run(this.#waiting.splice(0, HOT_PATH_LIMITS.gatheredMax));
    }
  }

  async #run(gathered: readonly Waiting<Ask, Reply>[]): Promise<void> {
    this.#inFlight += 1;
    const replies = await this.#callAll(gathered.map(({ ask }) => ask)).catch(() => []);
    this.#inFlight -= 1;
    for (const [index, { resolve }] of gathered.entries()) resolve(replies[index] ?? null);
    this.#start();
  }
}
