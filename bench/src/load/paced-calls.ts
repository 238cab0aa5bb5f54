import { Connection } from './connection.ts';

/** Plenty: a quarter of a second's requests may be under way. Those that find no connection free wait, and count it. */
const CONNECTIONS = 256;
/** Timers of Node are a millisecond coarse, which is half of what is measured. A nap of the whole thread is not. */
const NAP_MS = 0.25;

export interface Pace {
  readonly url: URL;
  readonly perSecond: number;
  /** How many requests. Infinity: until `ending`. */
  readonly total: number;
  /** Nothing is due after it. */
  readonly ending?: AbortSignal;
}

/** The requests, and what is done when something becomes of one. Times are of `performance.now()`. */
export interface Sender {
  readonly next: () => Buffer | string;
  readonly onSent?: (due: number, now: number) => void;
  /** What it throws breaks the connection. */
  readonly onAnswer: (due: number, answer: Buffer) => void;
  /** Its connection broke. What it throws ends all. */
  readonly onBroken: (due: number, error: Error) => void;
}

/**
 * Requests are due at even distances, whether or not earlier ones were answered: a stall of the service is felt by all who
 * would have called meanwhile (coordinated omission).
 *
 * @returns when all that was due has been answered
 * @throws {Error} when something is due and no connection is left
 */
export async function sendWhenDue(pace: Pace, sender: Sender): Promise<void> {
  const opened = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(pace.url)));
  try {
    await new Promise<void>((resolve, reject) => new PacedCalls(pace, sender, opened).start(resolve, reject));
  } finally {
    for (const connection of opened) connection.close();
  }
}

class PacedCalls {
  readonly #sender: Sender;
  readonly #perSecond: number;
  readonly #started = performance.now();
  /** First in, first out: none is idle for so long that the server would close it. */
  readonly #idle: Connection[];
  #toSend: number;
  #sent = 0;
  #ended = 0;
  #broken = 0;
  #resolve = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor({ perSecond, total, ending }: Pace, sender: Sender, connections: readonly Connection[]) {
    this.#sender = sender;
    this.#perSecond = perSecond;
    this.#idle = [...connections];
    this.#toSend = total;
    ending?.addEventListener('abort', () => {
      this.#toSend = Math.min(total, Math.ceil(((performance.now() - this.#started) * perSecond) / 1_000));
    });
  }

  start(resolve: () => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const tick = () => {
      this.#sendDue();
      if (this.#sent >= this.#toSend) return this.#resolveAtEnd();
      const napMs = Math.min(NAP_MS, this.#dueAt(this.#sent) - performance.now());
      if (napMs > 0) Atomics.wait(cell, 0, 0, napMs);
      setImmediate(tick);
    };
    tick();
  }

  #dueAt(index: number): number {
    return this.#started + (index * 1_000) / this.#perSecond;
  }

  #sendDue(): void {
    for (
      let now = performance.now();
      this.#sent < this.#toSend && this.#dueAt(this.#sent) <= now;
      now = performance.now()
    ) {
      const connection = this.#idle.shift();
      if (!connection) return;
      this.#send(connection, this.#dueAt(this.#sent), now);
      this.#sent += 1;
    }
  }

  #send(connection: Connection, due: number, now: number): void {
    let isUnderWay = true;
    this.#sender.onSent?.(due, now);
    connection.send(
      this.#sender.next(),
      (answer) => {
        this.#sender.onAnswer(due, answer);
        isUnderWay = false;
        this.#idle.push(connection);
        this.#ended += 1;
        this.#resolveAtEnd();
      },
      (error) => {
        connection.close();
        this.#broken += 1;
        if (isUnderWay) this.#ended += 1;
        else this.#idle.splice(this.#idle.indexOf(connection), 1);
        try {
          this.#sender.onBroken(due, error);
          this.#resolveAtEnd();
        } catch (error) {
          this.#reject(error);
        }
      },
    );
  }

  #resolveAtEnd(): void {
    if (this.#ended === this.#toSend) this.#resolve();
    else if (this.#broken === CONNECTIONS) this.#reject(new Error('all connections broke'));
  }
}
