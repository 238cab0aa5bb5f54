import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PROBLEM_TYPE } from '@holdfast/contract';
import type { Logger, NotedRequest } from '@holdfast/runtime';
import { afterOwedAnswers } from './answer-in-turn.ts';
import { Problem, validationFailed } from './problem.ts';

/** Requests that Node itself refuses: not HTTP, too large, or not complete in time. */
const FINDINGS: Readonly<Record<string, () => Problem>> = {
  HPE_HEADER_OVERFLOW: () => new Problem('headers_too_large', 'The URL or the headers are too large.'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () => new Problem('payload_too_large', 'The chunks are too large.'),
  HPE_INVALID_URL: () => validationFailed('the URL', 'has a character that must be percent-encoded'),
  ERR_HTTP_REQUEST_TIMEOUT: tookTooLong,
};

/** Connections by which a file comes, which may take longer than a request may. */
const taking = new WeakSet<Duplex>();

/** The server's `requestTimeout` does not hold for this connection, until the answer is called. */
export function exemptFromTimeout(socket: Duplex): () => void {
  taking.add(socket);
  return () => void taking.delete(socket);
}

/**
 * Listener of the server's `clientError`: answers and ends the connection, except for uploads, whose time
 * `upload.ts` measures. Node has no time limit for each route.
 */
export function answerClientErrors(log: Logger, publicUrl: string) {
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && taking.has(socket)) return;
    const problem = FINDINGS[error.code ?? '']?.() ?? validationFailed('', 'is not HTTP/1.1');
    const requestId = randomUUID();
    log.info('request.answered', {
      request_id: requestId,
      status: problem.status,
      code: problem.code,
    });
    endConnection(socket, problem.toDocument(requestId, publicUrl));
  };
}

/** The id of a request, and `PUBLIC_URL`, as its problem has them. */
export interface AskedAt {
  readonly requestId: string;
  readonly publicUrl: string;
}

/** A client that took too long for its request. */
export function endSlowConnection(request: NotedRequest, { requestId, publicUrl }: AskedAt): void {
  const problem = tookTooLong();
  request.problem = problem;
  endConnection(request.socket, problem.toDocument(requestId, publicUrl));
}

function tookTooLong(): Problem {
  return new Problem('request_timeout', 'The request did not arrive completely in time.');
}

type ProblemDocument = ReturnType<Problem['toDocument']>;

/** Earlier requests get their answers first, as they have taken effect. */
function endConnection(socket: Duplex, document: ProblemDocument): void {
  socket.pause();
  afterOwedAnswers(socket, () => {
    // Half an answer waits there to be sent: nothing may be written before its second half.
    if (socket.writable && socket.writableLength === 0) socket.write(rawAnswer(document));
    socket.destroy();
  });
}

/** The answer that `sendProblem` would send, for errors before there is a request and a response. */
function rawAnswer(document: ProblemDocument): string {
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${document.title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${document.instance}`,
    'Connection: close',
  ];
  return [...head, '', body].join('\r\n');
}
