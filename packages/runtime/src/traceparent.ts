import type { IncomingMessage } from 'node:http';
import type { Span } from '@holdfast/contract';

/** Version 00 of W3C Trace Context: version, trace id, parent id, flags. Ids of zeros only are not valid. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

const SAMPLED = 1;

export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether the spans of the trace are recorded. */
  readonly isSampled: boolean;
}

/** Null: not valid. */
export function parseTraceparent(text: string): SpanContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text) ?? [];
  if (!traceId || !spanId || !flags) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

export const formatTraceparent = ({ traceId, spanId, isSampled }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${isSampled ? SAMPLED : 0}`;

/**
 * The trace context to pass on for a request: its span or, if it has none, the header `traceparent` as the
 * client sent it. Null: it sent none that is valid; of two, none counts.
 */
export function traceparentOf({ headers, span }: IncomingMessage & { readonly span?: Span }): string | null {
  if (span) return span.traceparent;
  const sent = headers['traceparent'];
  return typeof sent === 'string' && TRACEPARENT.test(sent) ? sent : null;
}
