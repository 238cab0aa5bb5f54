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
  | { readonly kind: 'bare-inserts'; readonly databaseUrl: string; readonly seconds: number };

/** What came of an order. */
export interface Timing extends Latencies {
  readonly count: number;
  readonly seconds: number;
  /** Open loop: how late the generator itself was, at the 99th percentile. It is part of the latencies. */
  readonly sentLateP99Ms?: number;
}

export type Reply = { readonly timing: Timing } | { readonly failed: string };
