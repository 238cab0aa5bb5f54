import { connect, type Socket } from 'node:net';

/** So long nothing takes. What does is a fault of the service, and must not hang the bench. */
const ANSWER_WITHIN_MS = 15_000;

/**
 * One keep-alive connection with one request in flight, straight on a socket: the generator shares its cores with what it
 * measures, and costs 25 us of CPU a request this way, where undici's Client takes 44, node:http 60 and autocannon 95.
 */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer | null = null;
  /** Bytes of the whole answer; 0 until its head has come. */
  #length = 0;
  #onAnswer: ((answer: Buffer) => void) | null = null;
  #onError: ((error: Error) => void) | null = null;

  static open(url: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('no answer came in time')));
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#onError?.(error));
    socket.on('close', () => this.#onError?.(new Error('the connection was closed before the answer')));
  }

  /** Sends a whole request (text is Latin-1). The answer, head and body, is what `onAnswer` gets. */
  send(request: Buffer | string, onAnswer: (answer: Buffer) => void, onError: (error: Error) => void): void {
    this.#onAnswer = onAnswer;
    this.#onError = onError;
    if (typeof request === 'string') this.#socket.write(request, 'latin1');
    else this.#socket.write(request);
  }

  close(): void {
    this.#onError = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const received = this.#received ? Buffer.concat([this.#received, chunk]) : chunk;
    this.#received = received;
    try {
      if (this.#length === 0) this.#length = lengthOf(received);
      if (this.#length === 0 || received.length < this.#length) return;
      if (received.length > this.#length) throw new Error('more came than was asked for');
      this.#received = null;
      this.#length = 0;
      this.#onAnswer?.(received);
    } catch (error) {
      this.#onError?.(error as Error);
    }
  }
}

/** Of an answer with a Content-Length, which is what the service sends. 0: the head is not complete yet. */
function lengthOf(received: Buffer): number {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const head = received.toString('latin1', 0, headEnd);
  const contentLength = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (contentLength === undefined) throw new Error(`an answer without a Content-Length: ${head}`);
  return headEnd + 4 + Number(contentLength);
}
