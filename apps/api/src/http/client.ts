import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Whether the client still waits for an answer: to be asked before work begins, as with an `AbortSignal`,
 * which fits too. There is no event to listen to: a listener on each request would cost more than the
 * question does.
 */
export interface ClientSignal {
  readonly aborted: boolean;
}

/**
 * Asks the connection. The request itself would not know: its stream is destroyed as soon as it has been
 * read. The response knows only while it is the first in the line of pipelined ones.
 */
export class ConnectionSignal implements ClientSignal {
  readonly #socket: Socket;

  constructor({ socket }: IncomingMessage) {
    this.#socket = socket;
  }

  get aborted(): boolean {
    return this.#socket.destroyed;
  }
}
