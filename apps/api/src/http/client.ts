import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Whether the client still waits: ask before work begins. An `AbortSignal` fits, too. There is no event, as a
 * listener on each request would cost more.
 */
export interface ClientSignal {
  readonly aborted: boolean;
}

/**
 * Asks the connection: the request is destroyed once it has been read, and the response knows only while it
 * is the first of the pipelined ones.
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
