import type { IncomingMessage } from 'node:http';
import type { Trace } from '@holdfast/domain';
import { traceparentOf, type Caller } from '@holdfast/runtime';

/**
 * Whether the client still waits: ask before work begins. An `AbortSignal` fits, too. This reads a flag: a
 * listener on each request would cost more.
 */
export interface ClientSignal {
  readonly aborted: boolean;
  /** The request by which it asks. */
  readonly trace: Trace;
  /** The name of its key. */
  readonly name: string;
}

/** A caller whose requests are counted; where there are no keys, none are. */
export interface CountedCaller extends Caller {
  /** Counts more lines than the request that they come by. */
  readonly count?: (lines: number) => void;
}

/**
 * Checks the connection, as a request is destroyed once it was read, and a pipelined response hears nothing.
 */
export class ConnectionSignal implements ClientSignal {
  readonly #request: IncomingMessage;
  readonly #requestId: string;
  readonly #caller: CountedCaller;
  /** Lines that were counted against the rate of its key. The request itself counts as one. */
  #countedLines = 1;

  constructor(request: IncomingMessage, requestId: string, caller: CountedCaller) {
    this.#request = request;
    this.#requestId = requestId;
    this.#caller = caller;
  }

  get name(): string {
    return this.#caller.name;
  }

  /** Commands for the ledger are counted by their lines. */
  weighed(lines: number): void {
    const more = lines - this.#countedLines;
    this.#countedLines = Math.max(0, -more);
    if (more > 0) this.#caller.count?.(more);
  }

  get aborted(): boolean {
    return this.#request.socket.destroyed;
  }

  get trace(): Trace {
    return { requestId: this.#requestId, traceparent: traceparentOf(this.#request) };
  }
}
