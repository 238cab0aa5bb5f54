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
