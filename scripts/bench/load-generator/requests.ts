import { randomUUID } from 'node:crypto';
import type { Requests } from './orders.ts';

const PATH = '/v1/reservations';

/** Answers with the next request, whole, as it goes over the wire. */
export function requestsInTurn({ url, bodies, keyed }: Requests): () => Buffer | string {
  const head = `POST ${PATH} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\n`;
  const rest = bodies.map((body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  const whole = rest.map((rest) => Buffer.from(head + rest, 'latin1'));
  let next = -1;
  return () => {
    next = (next + 1) % bodies.length;
    return keyed ? `${head}Idempotency-Key: ${randomUUID()}\r\n${rest[next]}` : (whole[next] ?? '');
  };
}

/** Answers with a check of whole answers. @throws {Error} with the answer, when it is not the expected one */
export function checkOf({ expect: { status, code } }: Requests): (answer: Buffer) => void {
  const statusLine = `HTTP/1.1 ${status} `;
  const codeInBody = code === undefined ? null : `"code":"${code}"`;
  return (answer) => {
    const isExpected =
      answer.toString('latin1', 0, statusLine.length) === statusLine &&
      (codeInBody === null || answer.includes(codeInBody));
    if (isExpected) return;
    throw new Error(`${status} ${code ?? ''} was expected, this came:\n${answer.toString().slice(0, 1_000)}`);
  };
}
