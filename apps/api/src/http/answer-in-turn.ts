import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Requests of one connection that are worked on at the same time; their answers leave in order. */
const STARTED_MAX = 4;
/** Requests of one connection that wait for those. Node reads 64 KB at once, which can hold 1,700. */
const WAITING_MAX = 100;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const connections = new WeakMap<Duplex, Connection>();

/**
 * Starts only a few requests of each connection at the same time. Node starts all that have arrived: a client
 * that sends requests and reads no answers (HTTP/1.1 pipelining) would fill the memory with answers. While
 * requests wait, the connection is not read. A request above the limit is not started, and the connection
 * ends after the answers to earlier requests.
 */
export function answerInTurn(listener: RequestListener): RequestListener {
  return (request, response) => {
    const { socket } = request;
    let connection = connections.get(socket);
    if (!connection) {
      connection = new Connection(socket, listener, request);
      connections.set(socket, connection);
    }
    connection.receive(request, response);
  };
}

/**
 * Calls `then` once all requests that arrived whole on the connection have their answers; immediately if
 * there are none. A request whose body is not complete does not count.
 */
export function afterOwedAnswers(socket: Duplex, then: () => void): void {
  const connection = connections.get(socket);
  if (connection) connection.afterAll(then);
  else then();
}

/** The requests on one connection that have no answer yet. */
class Connection {
  readonly #socket: Duplex;
  readonly #listener: RequestListener;
  readonly #waiting: Exchange[] = [];
  #started = 0;
  /** A request too many came: the connection ends after its last waiting one. */
  #isFull = false;
  #newest: IncomingMessage;
  #afterAll: (() => void) | null = null;

  constructor(socket: Duplex, listener: RequestListener, first: IncomingMessage) {
    this.#socket = socket;
    this.#listener = listener;
    this.#newest = first;
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    this.#newest = request;
    if (this.#isFull) return;
    if (this.#started < STARTED_MAX && this.#waiting.length === 0) {
      this.#start(request, response);
    } else if (this.#waiting.length < WAITING_MAX) {
      this.#waiting.push({ request, response });
      this.#socket.pause();
    } else {
      this.#isFull = true;
      this.#waiting.at(-1)?.response.setHeader('Connection', 'close');
    }
  }

  afterAll(then: () => void): void {
    this.#afterAll = then;
    this.#callAfterAll();
  }

  #start(request: IncomingMessage, response: ServerResponse): void {
    this.#started += 1;
    response.on('close', this.#onClose);
    this.#listener(request, response);
  }

  /** One function for all requests of the connection. */
  readonly #onClose = (): void => {
    this.#started -= 1;
    if (this.#socket.destroyed) this.#waiting.length = 0;
    const next = this.#waiting.shift();
    if (next) this.#start(next.request, next.response);
    this.#callAfterAll();
    if (this.#started === 0) this.#socket.resume();
  };

  #callAfterAll(): void {
    const owed = this.#started + this.#waiting.length;
    if (owed <= (this.#newest.complete ? 0 : 1)) this.#afterAll?.();
  }
}
