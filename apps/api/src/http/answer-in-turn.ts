import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Requests of one connection that are worked on at the same time; their answers leave in order. */
const STARTED_MAX = 4;
/** Requests of one connection that wait for those. Node reads 64 KB at once, which can hold 1,700. */
const WAITING_MAX = 100;

interface Waiting {
  readonly start: () => void;
  readonly response: ServerResponse;
}

/** What one connection has sent, and has no answer to yet. */
interface Owed {
  started: number;
  readonly waiting: Waiting[];
  /** A request too many came: the connection ends after its last waiting one. */
  isFull: boolean;
  newest: IncomingMessage;
  afterAll: (() => void) | null;
}

const owedOn = new WeakMap<Duplex, Owed>();

/**
 * Starts only a few requests of each connection at the same time. Node starts all that have arrived: a client
 * that sends requests and reads no answers (HTTP/1.1 pipelining) would fill the memory with answers. While
 * requests wait, the connection is not read. A request above the limit is not started, and the connection
 * ends after the owed answers.
 */
export function answerInTurn(listener: RequestListener): RequestListener {
  return (request, response) => {
    const { socket } = request;
    let owed = owedOn.get(socket);
    if (!owed) {
      owed = { started: 0, waiting: [], isFull: false, newest: request, afterAll: null };
      owedOn.set(socket, owed);
    }
    owed.newest = request;
    const start = () => {
      owed.started += 1;
      response.on('close', () => continueWith(owed, socket));
      listener(request, response);
    };
    if (owed.isFull) return;
    if (owed.started < STARTED_MAX && owed.waiting.length === 0) start();
    else if (owed.waiting.length < WAITING_MAX) {
      owed.waiting.push({ start, response });
      socket.pause();
    } else {
      owed.isFull = true;
      owed.waiting.at(-1)?.response.setHeader('Connection', 'close');
    }
  };
}

/**
 * Calls `then` once all requests that arrived whole on the connection have their answers; at once where there
 * are none. A request whose body is not complete does not count.
 */
export function afterOwedAnswers(socket: Duplex, then: () => void): void {
  const owed = owedOn.get(socket);
  if (!owed) {
    then();
    return;
  }
  owed.afterAll = then;
  callAfterAll(owed);
}

function continueWith(owed: Owed, socket: Duplex): void {
  owed.started -= 1;
  if (socket.destroyed) owed.waiting.length = 0;
  owed.waiting.shift()?.start();
  callAfterAll(owed);
  if (owed.started === 0) socket.resume();
}

function callAfterAll({ started, waiting, newest, afterAll }: Owed): void {
  if (started + waiting.length <= (newest.complete ? 0 : 1)) afterAll?.();
}
