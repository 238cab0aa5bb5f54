import { eventually, freePort, ofSuite, openReceiver, timed, want, queueOfRun } from '@holdfast/testing';
import { z } from 'zod';
import { openFleet } from './fleet.ts';

/** `docs/operations.md`: the end of an API without a drain, and of a worker. */
const STOP_WITHIN_MS = 9_000;
const otlpSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.string()) })),
});
const otlpDocument = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: otlpSpan.shape.attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(otlpSpan) })),
    }),
  ),
});

const plain = (attributes: z.infer<typeof otlpSpan>['attributes']): Record<string, string | undefined> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** With the name of its service. */
const spansIn = (body: string) =>
  otlpDocument.parse(JSON.parse(body)).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ attributes, ...span }) =>
        Object.assign(span, {
          attributes: plain(attributes),
          service: plain(resource.attributes)['service.name'],
        }),
      ),
  );

/** A collector, a consumer of webhooks, and a proxy of the gateway that stores its headers. */
async function openRecordedFleet() {
  const simPort = await freePort();
  const receiver = await openReceiver(async (_request, response, { method, path, headers, body }) => {
    if (path === '/v1/traces') return response.writeHead(200).end('{}');
    if (path === '/hooks') return response.writeHead(204).end();
    const sent = {
      'content-type': 'application/json',
      'idempotency-key': String(headers['idempotency-key']),
    };
    const url = `http://127.0.0.1:${simPort}${path}`;
    const answer = await fetch(url, { method: method ?? 'POST', headers: sent, body });
    return response.writeHead(answer.status).end(await answer.text());
  });
  const origin = new URL(receiver.url).origin;
  const fleet = await openFleet(queueOfRun, {
    env: {
      GATEWAY_SIM_PORT: String(simPort),
      GATEWAY_URL: origin,
      WEBHOOK_ALLOW_PRIVATE: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: origin,
    },
  });
  await fleet.client.stock('MUG', 100);
  await want(201, fleet.client.post('/v1/webhook-endpoints', { url: receiver.url }));
  return {
    fleet,
    requests: receiver.requests,
    spans: () =>
      receiver.requests.filter(({ path }) => path === '/v1/traces').flatMap(({ body }) => spansIn(body)),
    async close() {
      await fleet.close();
      await receiver.close();
    },
  };
}

describe('with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  const recorded = ofSuite(openRecordedFleet);

  const confirm = async (headers: Record<string, string>) => {
    const { id } = await recorded.fleet.client.hold('MUG');
    const url = `${recorded.fleet.apis[0]?.url}/v1/reservations/${id}/confirm`;
    const answer = await fetch(url, { method: 'POST', headers });
    expect(answer.status).toBe(200);
    return answer.headers.get('x-request-id') ?? '';
  };
  const spanOf = (requestId: string, name: string) =>
    eventually(
      () =>
        recorded
          .spans()
          .find((span) => span.name === name && span.attributes['holdfast.request_id'] === requestId) ??
        false,
    );
  const traceparentAt = async (place: string, requestId: string) => {
    const isIt = ({ path, headers }: (typeof recorded.requests)[number]) =>
      path === place && headers['x-request-id'] === requestId;
    const received = await eventually(() => recorded.requests.find(isIt) ?? false);
    return received.headers['traceparent'];
  };

  test('one trace connects a client’s span with request, command, job, gateway call and webhook', async () => {
    const [traceId, clients] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const requestId = await confirm({ traceparent: `00-${traceId}-${clients}-01` });

    const request = await spanOf(requestId, 'POST /v1/reservations/:id/confirm');
    expect(request).toMatchObject({
      traceId,
      parentSpanId: clients,
      kind: 2,
      service: 'holdfast-api',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/reservations/:id/confirm',
        'http.response.status_code': '200',
      },
    });
    const job = await spanOf(requestId, 'sync-reservation');
    const { spanId: parentSpanId } = request;
    expect(job).toMatchObject({ traceId, parentSpanId, kind: 5, service: 'holdfast-worker' });
    const call = await spanOf(requestId, 'warehouse gateway');
    expect(call).toMatchObject({ traceId, parentSpanId: job.spanId, kind: 3 });
    expect(await traceparentAt('/v1/inventory/holds', requestId)).toBe(`00-${traceId}-${call.spanId}-01`);
    const webhook = await spanOf(requestId, 'webhook');
    expect(webhook).toMatchObject({ traceId, parentSpanId, kind: 3, service: 'holdfast-worker' });
    expect(await traceparentAt('/hooks', requestId)).toBe(`00-${traceId}-${webhook.spanId}-01`);

    const inTrace = recorded.spans().filter((span) => span.traceId === traceId);
    const command = inTrace.find(({ name }) => name === 'ledger confirm');
    expect(command).toMatchObject({ parentSpanId, kind: 1 });
    const [began = '', ended = ''] = [command?.startTimeUnixNano, command?.endTimeUnixNano];
    expect([request.startTimeUnixNano, began, ended, request.endTimeUnixNano]).toEqual(
      [request.startTimeUnixNano, began, ended, request.endTimeUnixNano].toSorted(),
    );
    expect(inTrace).toHaveLength(5);
  });

  test('a request without traceparent begins a trace', async () => {
    const requestId = await confirm({});
    const request = await spanOf(requestId, 'POST /v1/reservations/:id/confirm');
    expect(request.parentSpanId).toBeUndefined();
    const { traceId, spanId: parentSpanId } = request;
    for (const name of ['sync-reservation', 'webhook'])
      expect(await spanOf(requestId, name)).toMatchObject({ traceId, parentSpanId });
  });

  test('a trace that its client does not record has no spans here, and its traceparent goes on', async () => {
    const traceId = 'a'.repeat(32);
    const traceparent = `00-${traceId}-00f067aa0ba902b7-00`;
    const requestId = await confirm({ traceparent });
    for (const place of ['/v1/inventory/holds', '/hooks'])
      expect(await traceparentAt(place, requestId)).toBe(traceparent);
    await spanOf(await confirm({}), 'webhook'); // a later one's are there
    expect(recorded.spans().filter((span) => span.traceId === traceId)).toEqual([]);
  });

  test('probes and scrapes have no spans', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect(await fetch(`${recorded.fleet.apis[0]?.url}${path}`)).toMatchObject({ status: 200 });
    await spanOf(await confirm({}), 'webhook');
    const ofRequests = recorded.spans().filter(({ kind }) => kind === 2);
    expect(ofRequests.filter(({ name }) => !name.includes(' /v1/'))).toEqual([]);
  });
});

describe('a collector', () => {
  const fleet = ofSuite(() => openFleet(queueOfRun, { apis: 1, workers: 0 }));

  test('that does not answer delays no request, and the end of a process by 2 s at most', async () => {
    const silent = await openReceiver(() => {});
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: new URL(silent.url).origin };
    const api = await fleet.start('api', env);
    const worker = await fleet.start('worker', env);
    const call = () => fetch(`${api.url}/v1/events`).then(({ status }) => status);
    expect(await call()).toBe(200);
    await eventually(() => silent.requests.length > 0);
    expect(await call()).toBe(200); // while the collector has not answered

    const { tookMs, allowedMs } = await timed(() => Promise.all([fleet.stop(api), fleet.stop(worker)]));
    expect(tookMs).toBeLessThan(allowedMs(STOP_WITHIN_MS));
    expect(silent.requests.length).toBeLessThan(10);
    await silent.close();
  });

  test('that is not there costs a log line and the spans, which are counted', async () => {
    const api = await fleet.start('api', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    const lines = api.keepLines();
    const lost = async () => {
      const text = await (await fetch(`${api.url}/metrics`)).text();
      return Number(/^holdfast_spans_total\{.*outcome="failed".*\} (\d+)$/m.exec(text)?.[1]);
    };
    for (const expected of [1, 2]) {
      expect(await fetch(`${api.url}/v1/events`)).toMatchObject({ status: 200 });
      await eventually(async () => (await lost()) === expected);
    }
    await eventually(() => lines.some((line) => line.includes('spans.lost')));
    expect(lines.filter((line) => line.includes('"message":"spans.lost"'))).toHaveLength(1);
  });

  test('that is not set is not needed: no span is made', async () => {
    const text = await (await fetch(`${fleet.apis[0]?.url}/metrics`)).text();
    expect(text).toContain('holdfast_http_request_seconds');
    expect(text).not.toContain('holdfast_spans_total');
  });
});
