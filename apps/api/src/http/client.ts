import type { IncomingMessage } from 'node:http';
import type { Trace } from '@holdfast/domain';
import { traceparentOf } from '@holdfast/runtime';

/**
 * Whether the client still waits: ask before work begins. An `AbortSignal` fits, too. There is no event, as a
 * listener on each request would cost more.
 */
export interface ClientSignal {
  readonly aborted: boolean;
  /** The request by which it asks. */
  readonly trace: Trace;
}

/**
 * Asks the connection: the request is destroyed once it has been read, and the response knows only while it
 * is the first of the pipelined ones.
 */
export class ConnectionSignal implements ClientSignal {
  readonly #request: IncomingMessage;
  readonly #requestId: string;

  constructor(request: IncomingMessage, requestId: string) {
    this.#request = request;
    this.#requestId = requestId;
  }

  get aborted(): boolean {
    return this.#request.socket.destroyed;
  }

  get trace(): Trace {
    return { requestId: this.#requestId, traceparent: traceparentOf(this.#request) };
  }
}
