import { randomUUID } from 'node:crypto';
import type { Latencies } from '../statistics.ts';

/** What is asked, and what must be answered. Travels over IPC. */
export interface Requests {
  readonly url: string;
  /** More servers, to which the connections of a closed loop are spread. */
  readonly furtherUrls?: readonly string[];
  /** Sent in turn. */
  readonly bodies: readonly string[];
  /** Method and path of each; left out: they are creates. A GET has no body. */
  readonly lines?: readonly string[];
  /** Each is sent once, and then the load is over. Default: again and again. */
  readonly once?: boolean;
  /** Whether each call carries an idempotency key of its own. */
  readonly keyed: boolean;
  /** Of each answer: a load that is answered anything else is no measurement. */
  readonly expect: { readonly status: number; readonly code?: string };
}

/** What the generator can be told to do. */
export type Order =
  | {
      readonly kind: 'closed-loop';
      readonly requests: Requests;
      readonly connections: number;
      readonly seconds: number;
    }
  | {
      readonly kind: 'open-loop';
      readonly requests: Requests;
      readonly perSecond: number;
      readonly seconds: number;
    }
  /** Each buyer asks once: some get what there is. */
  | {
      readonly kind: 'sale';
      readonly requests: Requests;
      readonly connections: number;
      readonly buyers: number;
    }
  /** Each connection takes one reservation after the other through its life. */
  | {
      readonly kind: 'lives';
      readonly requests: Requests;
      readonly connections: number;
      readonly seconds: number;
    }
  | { readonly kind: 'background'; readonly requests: Requests; readonly perSecond: number }
  | { readonly kind: 'end-background' }
  | { readonly kind: 'bare-inserts'; readonly databaseUrl: string; readonly seconds: number };

/** What came of an order. */
export interface Timing extends Latencies {
  readonly count: number;
  readonly seconds: number;
  /** Open loop: how late the generator itself was, at the 99th percentile. It is part of the latencies. */
  readonly sentLateP99Ms?: number;
}

/** What came of a sale: of those who got something, and of those who were refused for lack of stock. */
export interface Sale {
  readonly seconds: number;
  readonly sold: Latencies & { readonly count: number };
  readonly refused: Latencies & { readonly count: number };
}

/** What became of each request of a load in the background, by the time it was due (epoch milliseconds). */
export interface Background {
  /** And how late it was sent. */
  readonly sent: readonly { readonly dueAt: number; readonly lateMs: number }[];
  /** And how long the answer took from then. */
  readonly answered: readonly { readonly dueAt: number; readonly ms: number }[];
  /** Answered otherwise than expected, or not at all. */
  readonly errors: readonly { readonly dueAt: number; readonly what: string }[];
}

const CREATE = 'POST /v1/reservations';

/** @returns the next request, whole, as it goes over the wire; null when all were sent once */
export function requestsInTurn({
  url,
  bodies,
  lines = [],
  keyed,
  once = false,
}: Requests): () => Buffer | string | null {
  const count = Math.max(bodies.length, lines.length);
  const parts = Array.from({ length: count }, (_, n) =>
    partsOf(url, lines[n % lines.length] ?? CREATE, bodies[n % bodies.length] ?? ''),
  );
  const whole = parts.map(({ head, rest }) => Buffer.from(head + rest, 'latin1'));
  let next = -1;
  return () => {
    next += 1;
    if (once && next >= count) return null;
    const { head, rest } = parts[next % count] ?? { head: '', rest: '' };
    return keyed ? `${head}Idempotency-Key: ${randomUUID()}\r\n${rest}` : (whole[next % count] ?? null);
  };
}

/** A request, as it goes over the wire. */
export function requestOf(url: string, line: string, body = ''): string {
  const { head, rest } = partsOf(url, line, body);
  return head + rest;
}

function partsOf(url: string, line: string, body: string): { head: string; rest: string } {
  const head = `${line} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`;
  if (line.startsWith('GET ')) return { head, rest: '\r\n' };
  const length = Buffer.byteLength(body);
  return {
    head: `${head}Content-Type: application/json\r\n`,
    rest: `Content-Length: ${length}\r\n\r\n${body}`,
  };
}

/** Returns a check of whole answers. @throws {Error} with the answer, when it is not the expected one */
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
