/** The request that a row comes from. */
export interface StoredTrace {
  /** Null: none, as for a hold that has expired. */
  readonly requestId: string | null;
  /** Of W3C Trace Context. Null: the client sent none that is valid. */
  readonly traceparent: string | null;
}

/** As log lines and the data of jobs have it. */
export function traceFields({ requestId, traceparent }: Partial<StoredTrace>): {
  readonly request_id?: string;
  readonly traceparent?: string;
} {
  return { ...(requestId && { request_id: requestId }), ...(traceparent && { traceparent }) };
}

/** As a call to another service has it. */
export function traceHeaders({
  requestId,
  traceparent,
}: Partial<StoredTrace>): Readonly<Record<string, string>> {
  return { ...(requestId && { 'x-request-id': requestId }), ...(traceparent && { traceparent }) };
}

/** What a span stands for: work in this process, a request to it, a call to another service, a job. */
export type SpanKind = 'internal' | 'server' | 'client' | 'consumer';

/** One piece of work of a trace. One that never ends is never sent. */
export interface Span {
  /** Names this span as the parent of the spans that it causes. */
  readonly traceparent: string;
  end(ended: EndedWork): void;
}

export interface EndedWork {
  /** One of few: ids are attributes. */
  readonly name: string;
  /** Null and undefined are left out. */
  readonly attributes: Readonly<Record<string, string | number | null | undefined>>;
  /** Why the work failed. */
  readonly error?: string | undefined;
}

/**
 * @param parent a traceparent; without one that is valid, a trace begins
 * @param startedAtMs by `performance.now()`; default: now
 */
export type StartSpan = (kind: SpanKind, parent: string | null | undefined, startedAtMs?: number) => Span;
