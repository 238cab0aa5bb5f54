import { hostname } from 'node:os';
import type { EndedWork, SpanKind } from '@holdfast/contract';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import type { SpanContext } from './traceparent.ts';

/** Spans that wait, some 5 MB. Later ones are dropped. */
const WAITING_MAX = 10_000;
const BATCH_MAX = 1_000;
/** How long a span waits for others to be sent with it. */
const SEND_EVERY_MS = 1_000;
/** For a whole call of the collector. */
const SEND_TIMEOUT_MS = 5_000;
/** For all calls at the end of the process. */
const CLOSE_TIMEOUT_MS = 2_000;

export interface EndedSpan extends SpanContext, EndedWork {
  readonly kind: SpanKind;
  readonly parentSpanId: string | undefined;
  /** By `performance.now()`. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface ExporterOptions {
  /** Base URL of the collector, with or without a path. */
  readonly endpoint: string;
  readonly headers: Headers;
  readonly serviceName: string;
}

/**
 * Sends spans to a collector by OTLP over HTTP, as JSON, one call at a time. Spans of a failed call are
 * dropped, and also spans that end while too many wait. Nothing waits for them.
 */
export class SpanExporter {
  readonly #target: URL;
  readonly #headers: Headers;
  readonly #resource: unknown;
  readonly #log: Logger;
  readonly #spans;
  readonly #timer = setInterval(() => this.#start(), SEND_EVERY_MS).unref();
  readonly #late = new AbortController();
  #waiting: EndedSpan[] = [];
  #sending: Promise<void> | undefined;

  /** @throws {TypeError} when the endpoint is no URL */
  constructor({ endpoint, headers, serviceName }: ExporterOptions, log: Logger, registry: Registry) {
    this.#target = new URL('./v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
    this.#headers = new Headers(headers);
    this.#headers.set('content-type', 'application/json');
    this.#resource = {
      attributes: attributesOf({
        'service.name': serviceName,
        'service.instance.id': `${hostname()}-${process.pid}`,
      }),
    };
    this.#log = log;
    this.#spans = new Counter({
      name: 'holdfast_spans_total',
      help: 'Spans that were sent to the collector, or lost: its call failed, or too many waited for it.',
      labelNames: ['outcome'] as const,
      registers: [registry],
    });
    for (const outcome of ['sent', 'failed', 'dropped']) this.#spans.inc({ outcome }, 0);
  }

  add(span: EndedSpan): void {
    if (this.#waiting.length >= WAITING_MAX) this.#lose(1, 'dropped', 'too many spans wait');
    else if (this.#waiting.push(span) >= BATCH_MAX) this.#start();
  }

  /** Sends waiting spans, for {@link CLOSE_TIMEOUT_MS} at most. Never throws. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const timer = setTimeout(() => this.#late.abort(), CLOSE_TIMEOUT_MS);
    while (this.#waiting.length > 0 || this.#sending) {
      this.#start();
      await this.#sending;
    }
    clearTimeout(timer);
  }

  #start(): void {
    if (this.#waiting.length === 0) return;
    this.#sending ??= this.#sendBatches().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendBatches(): Promise<void> {
    do {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        await this.#send(batch);
        this.#spans.inc({ outcome: 'sent' }, batch.length);
      } catch (error) {
        this.#lose(batch.length, 'failed', error);
      }
    } while (this.#waiting.length >= BATCH_MAX);
  }

  /** @throws when the collector does not accept them in time */
  async #send(batch: readonly EndedSpan[]): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(SEND_TIMEOUT_MS), this.#late.signal]);
    const response = await fetch(this.#target, {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify(this.#documentOf(batch)),
      redirect: 'manual',
      signal,
    });
    await response.arrayBuffer(); // so that the connection can be used again
    if (!response.ok) throw new Error(`the collector answered ${response.status}`);
  }

  /** The logger counts errors with the same cause. */
  #lose(spans: number, outcome: 'failed' | 'dropped', cause: unknown): void {
    this.#spans.inc({ outcome }, spans);
    this.#log.warn('spans.lost', cause instanceof Error ? { spans, error: cause } : { spans, cause });
  }

  /** `ExportTraceServiceRequest`: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
  #documentOf(batch: readonly EndedSpan[]): unknown {
    // One for all, so that no child begins before its parent.
    const clockMs = Date.now() - performance.now();
    const spans = batch.map((span) => toOtlp(span, clockMs));
    return {
      resourceSpans: [{ resource: this.#resource, scopeSpans: [{ scope: { name: 'holdfast' }, spans }] }],
    };
  }
}

const KINDS: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3, consumer: 5 };
const STATUS_ERROR = 2;

function toOtlp(span: EndedSpan, clockMs: number): unknown {
  const { traceId, spanId, parentSpanId, name, kind, attributes, error } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(clockMs + span.startedAtMs),
    endTimeUnixNano: nanoseconds(clockMs + span.endedAtMs),
    attributes: attributesOf(attributes),
    status: error === undefined ? {} : { code: STATUS_ERROR, message: error },
  };
}

/** As text, as a number cannot hold so many digits. */
const nanoseconds = (ms: number): string => `${Math.round(ms * 1_000)}000`;

function attributesOf(attributes: EndedWork['attributes']): unknown[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
    }));
}
