import { openReceiver, ofTest } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { z } from 'zod';
import type { LogFields } from './repeated-causes.ts';
import type { Logger } from './logger.ts';
import { openSpans, spanConfig, spanSettings } from './spans.ts';

const CLIENTS = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const UNRECORDED = CLIENTS.replace(/01$/, '00');
const WORK = { name: 'work', attributes: { text: 'a', number: 7, none: undefined } };

/** Spans that go to a collector which answers as the test says. */
function spansOf(endpoint: string, env: Record<string, string> = {}) {
  const lines: LogFields[] = [];
  const write = (event: string, fields: LogFields = {}) => void lines.push({ event, ...fields });
  const log: Logger = {
    error: write,
    warn: write,
    info: write,
    debug: write,
    isLevelEnabled: () => true,
    flush: () => {},
  };
  const registry = new Registry();
  const settings = z.object(spanSettings).parse({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env });
  const { startSpan, closable } = openSpans('api', spanConfig(settings), log, registry);
  if (!startSpan) throw new Error('no spans');
  const counts = async () => {
    const metric = await registry.getSingleMetric('holdfast_spans_total')?.get();
    return Object.fromEntries(metric?.values.map(({ labels, value }) => [labels['outcome'], value]) ?? []);
  };
  return { startSpan, lines, counts, close: () => closable.close() };
}

const collector = ofTest(() => openReceiver((_request, response) => response.writeHead(200).end('{}')));
const origin = () => `http://127.0.0.1:${collector.port}`;

test('a span is sent with the service’s name, its parent and the headers that are set', async () => {
  const spans = spansOf(`${origin()}/otlp`, {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc==, x-tenant=shop',
    OTEL_SERVICE_NAME: 'shop-api',
  });
  const span = spans.startSpan('server', CLIENTS);
  span.end({ ...WORK, error: 'it broke' });
  await spans.close();

  const [call] = collector.requests;
  expect(call).toMatchObject({
    method: 'POST',
    path: '/otlp/v1/traces',
    headers: {
      'content-type': 'application/json',
      authorization: 'Basic abc==',
      'x-tenant': 'shop',
    },
  });
  const nanoseconds = expect.stringMatching(/^\d{19}$/);
  const [, traceId, spanId] = span.traceparent.split('-');
  expect(JSON.parse(call?.body ?? '')).toMatchObject({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop-api' } }, {}] },
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId,
                parentSpanId: '00f067aa0ba902b7',
                name: 'work',
                kind: 2,
                startTimeUnixNano: nanoseconds,
                endTimeUnixNano: nanoseconds,
                attributes: [
                  { key: 'text', value: { stringValue: 'a' } },
                  { key: 'number', value: { intValue: '7' } },
                ],
                status: { code: 2, message: 'it broke' },
              },
            ],
          },
        ],
      },
    ],
  });
  expect(await spans.counts()).toEqual({ sent: 1, failed: 0, dropped: 0 });
});

test('of a trace that its client does not record no span is sent, and its traceparent goes on as it came', async () => {
  const spans = spansOf(origin());
  const span = spans.startSpan('server', UNRECORDED);
  expect(span.traceparent).toBe(UNRECORDED);
  span.end(WORK);
  await spans.close();
  expect(collector.requests).toEqual([]);
});

test('OTEL_TRACES_SAMPLER_ARG decides about traces that begin here, and what it decides is passed on', async () => {
  const spans = spansOf(origin(), { OTEL_TRACES_SAMPLER_ARG: '0' });
  const span = spans.startSpan('server', null);
  expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  span.end(WORK);
  spans.startSpan('consumer', span.traceparent).end(WORK);
  spans.startSpan('server', 'not a traceparent').end(WORK);
  expect(spans.startSpan('server', CLIENTS).traceparent).toMatch(/-01$/);
  await spans.close();
  expect(collector.requests).toEqual([]);
});

describe('where the collector', () => {
  const silent = ofTest(() => openReceiver(() => {}));

  test('does not answer, spans above 10,000 are dropped, and the end waits 2 s', async () => {
    const spans = spansOf(`http://127.0.0.1:${silent.port}`);
    for (let n = 0; n < 12_000; n += 1) spans.startSpan('internal', CLIENTS).end(WORK);
    expect(await spans.counts()).toEqual({ sent: 0, failed: 0, dropped: 1_000 }); // 1,000 are under way

    await spans.close();
    expect(await spans.counts()).toEqual({ sent: 0, failed: 11_000, dropped: 1_000 });
  });

  test('refuses, the spans are lost, and the log has the reason', async () => {
    const refusing = await openReceiver((_request, response) => response.writeHead(503).end());
    const spans = spansOf(`http://127.0.0.1:${refusing.port}`);
    spans.startSpan('internal', CLIENTS).end(WORK);
    await spans.close();
    await refusing.close();
    expect(await spans.counts()).toEqual({ sent: 0, failed: 1, dropped: 0 });
    expect(spans.lines).toEqual([
      { event: 'spans.lost', spans: 1, error: new Error('the collector answered 503') },
    ]);
  });
});

test.each(['a key', '=a-key', 'name=a-key%', 'na me=a-key'])(
  'headers %j are refused and not shown',
  (headers) => {
    const { error } = z.object(spanSettings).safeParse({ OTEL_EXPORTER_OTLP_HEADERS: headers });
    expect(error?.message).toContain('must be headers like');
    expect(error?.message).not.toContain('key');
  },
);
