import { eventually, ofSuite, openReceiver, mostlyOn, type TestQueueBackend, want } from '@holdfast/testing';
import { openFleet } from './fleet.ts';

/** Stands for the gateway and for a webhook's consumer. */
async function openTracedFleet(backend: TestQueueBackend) {
  const receiver = await openReceiver((_request, response, { path }) => {
    if (path?.startsWith('/hooks')) response.writeHead(204).end();
    else response.writeHead(200).end('{"hold_id":"h-1","status":"accepted"}');
  });
  const fleet = await openFleet(backend, {
    env: { GATEWAY_URL: new URL(receiver.url).origin, WEBHOOK_ALLOW_PRIVATE: 'true' },
  });
  const logs = { api: fleet.apis[0]?.keepLines() ?? [], worker: fleet.workers[0]?.keepLines() ?? [] };
  await fleet.client.stock('MUG', 100);
  await want(201, fleet.client.post('/v1/webhook-endpoints', { url: receiver.url }));
  return {
    fleet,
    logs,
    requests: receiver.requests,
    async close() {
      await fleet.close();
      await receiver.close();
    },
  };
}

/** Of JSON lines, those that have all these fields. */
const having = (lines: readonly string[], fields: object): readonly object[] =>
  lines
    .map((line) => JSON.parse(line) as object)
    .filter((line) => Object.entries(fields).every(([name, value]) => Reflect.get(line, name) === value));

describe.each(mostlyOn('redis'))(
  'one request is followed through all processes, queues on $name',
  (backend) => {
    const traced = ofSuite(() => openTracedFleet(backend));

    const confirm = async (headers: Record<string, string>) => {
      const { id } = await traced.fleet.client.hold('MUG');
      const path = `/v1/reservations/${id}/confirm`;
      const answer = await fetch(`${traced.fleet.apis[0]?.url}${path}`, { method: 'POST', headers });
      expect(answer.status).toBe(200);
      return { id, path, requestId: answer.headers.get('x-request-id') ?? '' };
    };
    const receivedAt = (path: string, requestId: string) =>
      eventually(
        () =>
          traced.requests.find(
            (each) => each.path?.startsWith(path) && each.headers['x-request-id'] === requestId,
          ) ?? false,
      );
    const written = (of: 'api' | 'worker', fields: object) =>
      eventually(() => having(traced.logs[of], fields)[0] ?? false);

    test('its id and its traceparent are in the API’s log, its job’s log, the gateway call and the webhook', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const request_id = `checkout-7-${backend.name}`;
      const { id, path } = await confirm({ 'X-Request-Id': request_id, traceparent });

      expect(await written('api', { request_id })).toMatchObject({
        level: 'info',
        message: 'request.answered',
        method: 'POST',
        route: '/v1/reservations/:id/confirm',
        path,
        status: 200,
        ms: expect.any(Number),
        caller: 'anonymous',
        reservation_id: id,
        traceparent,
      });
      const ofJob = { level: 'info', request_id, traceparent, job_id: expect.any(String) };
      expect(await written('worker', { request_id, message: 'job.done' })).toMatchObject({
        ...ofJob,
        job: 'sync-reservation',
      });
      for (const place of ['/v1/inventory/holds', '/hooks'])
        expect((await receivedAt(place, request_id)).headers).toMatchObject({ traceparent });
      const jobs = await traced.fleet.client.jobs('warehouse-sync', 'completed');
      expect(jobs.map(({ data }) => data)).toContainEqual(
        expect.objectContaining({ request_id, traceparent }),
      );
    });

    test('a request without either gets an id, and no traceparent is made up for it', async () => {
      const { requestId } = await confirm({ traceparent: 'a'.repeat(55) });
      await written('worker', { request_id: requestId, message: 'job.done' });
      for (const place of ['/v1/inventory/holds', '/hooks'])
        expect((await receivedAt(place, requestId)).headers).not.toHaveProperty('traceparent');
    });

    test('the worker names and logs its own requests', async () => {
      const request_id = `probe-${backend.name}`;
      const answer = await fetch(`${traced.fleet.workers[0]?.url}/healthz`, {
        headers: { 'X-Request-Id': request_id },
      });
      expect(answer.headers.get('x-request-id')).toBe(request_id);
      expect(await written('worker', { request_id })).toMatchObject({ path: '/healthz', status: 200 });
    });
  },
);
