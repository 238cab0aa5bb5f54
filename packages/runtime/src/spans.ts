import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { StartSpan } from '@holdfast/contract';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import type { Logger } from './logger.ts';
import { httpUrl } from './read-config.ts';
import { requestIdOf } from './request-id.ts';
import { routeOf, type NotedRequest } from './request-log.ts';
import type { Closable } from './shutdown.ts';
import { SpanExporter } from './span-exporter.ts';
import { formatTraceparent, parseTraceparent, traceparentOf } from './traceparent.ts';

/** The settings of OpenTelemetry that are honoured; docs/decisions/0034 says why there is no SDK. */
export const spanSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().transform(parseHeaders).optional(),
  OTEL_SERVICE_NAME: z.string().max(255).optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'must be a number from 0 to 1')
    .default('1')
    .transform(Number),
};

export type SpanConfig = ReturnType<typeof spanConfig>;

/** Null: no spans are made. */
export const spanConfig = (env: z.infer<z.ZodObject<typeof spanSettings>>) =>
  env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
    ? null
    : {
        endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
        headers: env.OTEL_EXPORTER_OTLP_HEADERS ?? new Headers(),
        serviceName: env.OTEL_SERVICE_NAME,
        share: env.OTEL_TRACES_SAMPLER_ARG,
      };

/** `name=value,name=value` with percent-encoded values. A problem does not show them: they may be keys. */
function parseHeaders(text: string, { issues }: z.RefinementCtx<string>): Headers {
  const headers = new Headers();
  for (const pair of text.split(',').filter((each) => each.trim() !== '')) {
    const [name = '', ...value] = pair.split('=');
    try {
      headers.append(name.trim(), decodeURIComponent(value.join('=').trim()));
    } catch {
      const message = 'must be headers like name=value,name=value with percent-encoded values';
      issues.push({ code: 'custom', message, input: '(not shown)' });
    }
  }
  return headers;
}

export interface Spans {
  /** Undefined: no spans are made. */
  readonly startSpan: StartSpan | undefined;
  /** Opened first, and so closed last, when the spans of all other parts have ended. */
  readonly closable: Closable;
}

/**
 * Spans of this process, sent to a collector. A trace that a client began is recorded if the client says so,
 * and one that begins here with the configured probability; the `traceparent` passed on says which it is.
 */
export function openSpans(app: string, config: SpanConfig, log: Logger, registry: Registry): Spans {
  const name = 'spans';
  if (!config) return { startSpan: undefined, closable: { name, close: async () => {} } };
  const { share, serviceName = `holdfast-${app}` } = config;
  const exporter = new SpanExporter({ ...config, serviceName }, log, registry);
  const startSpan: StartSpan = (kind, parent, startedAtMs = performance.now()) => {
    const of = parent ? parseTraceparent(parent) : null;
    // Nothing of such a trace is recorded, so the caller's own span stays the parent.
    if (parent && of && !of.isSampled) return { traceparent: parent, end: () => {} };
    const context = {
      traceId: of?.traceId ?? newTraceId(),
      spanId: newSpanId(),
      isSampled: of !== null || Math.random() < share,
    };
    const parentSpanId = of?.spanId;
    return {
      traceparent: formatTraceparent(context),
      end(ended) {
        if (!context.isSampled) return;
        exporter.add({ ...context, ...ended, kind, parentSpanId, startedAtMs, endedAtMs: performance.now() });
      },
    };
  };
  return { startSpan, closable: { name, close: () => exporter.close() } };
}

/** Node keeps random bytes ready for UUIDs: `randomBytes` takes six times as long. */
const newTraceId = (): string => randomUUID().replaceAll('-', '');
/** Its first bits are the variant of the UUID, and never all zero. */
const newSpanId = (): string => newTraceId().slice(16);

/** Calls of the contract. Probes, scrapes and the board's pages have no spans: they would hide the others. */
const RECORDED = '/v1/';

/**
 * Records a request until its end. Its span is the parent of those that it causes ({@link traceparentOf}).
 */
export function recordRequest(startSpan: StartSpan, request: NotedRequest, response: ServerResponse): void {
  if (!request.url?.startsWith(RECORDED)) return;
  const span = startSpan('server', traceparentOf(request));
  request.span = span;
  response.on('close', () => {
    const { method = '', problem } = request;
    const route = routeOf(request);
    const status = response.writableFinished ? response.statusCode : problem?.status;
    span.end({
      name: route ? `${method} ${route}` : method,
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        'holdfast.request_id': requestIdOf(response),
        'holdfast.caller': request.caller,
        'holdfast.problem': problem?.code,
      },
      error: status === undefined || status < 500 ? undefined : (problem?.code ?? `status ${status}`),
    });
  });
}
