import type { Duplex } from 'node:stream';

/** What Node itself answers to what is no HTTP, or does not come to its end in time. */
const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Connections by which a file comes, which may take longer than a request may. */
const taking = new WeakSet<Duplex>();

/** The server's `requestTimeout` does not hold for this connection, until the answer is called. */
export function exemptFromTimeout(socket: Duplex): () => void {
  taking.add(socket);
  return () => void taking.delete(socket);
}

/**
 * A listener of the server's `clientError`: ends the connection as Node does where nobody listens, but for uploads, whose
 * time is measured by who reads them (`upload.ts`). Node has no such limit for each route; this one costs no request a thing.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && taking.has(socket)) return;
  endConnection(socket, STATUS_LINES[error.code ?? ''] ?? '400 Bad Request');
}

/** A client that took too long for its request. */
export function endSlowConnection(socket: Duplex): void {
  endConnection(socket, '408 Request Timeout');
}

function endConnection(socket: Duplex, statusLine: string): void {
  // What waits there to be sent is half an answer: nothing may come between it and its end.
  if (socket.writable && socket.writableLength === 0) {
    socket.write(`HTTP/1.1 ${statusLine}\r\nConnection: close\r\n\r\n`);
  }
  socket.destroy();
}
