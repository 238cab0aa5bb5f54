import type { Latencies } from '../statistics.ts';

/** What a request to `POST /v1/reservations` says, and what must be answered. Travels over IPC. */
export interface Requests {
  readonly url: string;
  /** Sent in turn. */
  readonly bodies: readonly string[];
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
  | { readonly kind: 'background'; readonly requests: Requests; readonly perSecond: number }
  | { readonly kind: 'bare-inserts'; readonly databaseUrl: string; readonly seconds: number };

/** What it is told: something to do, or to end the load in the background. */
export type Message = Order | { readonly kind: 'end-background' };

/** What came of an order. */
export interface Timing extends Latencies {
  readonly count: number;
  readonly seconds: number;
  /** Open loop: how late the generator itself was, at the 99th percentile. It is part of the latencies. */
  readonly sentLateP99Ms?: number;
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

export type Reply =
  { readonly timing: Timing } | { readonly background: Background } | { readonly failed: string };
