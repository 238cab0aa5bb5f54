import { createGatewayClient, type HoldRequest } from '@holdfast/warehouse';
import type { RunningProcess } from '@holdfast/runtime';
import { DEADLINE_MS, eventually, scaled } from '@holdfast/testing';
import request from 'supertest';
import { z } from 'zod';
import { readSimConfig } from './config.ts';
import { createContext } from './context.ts';
import { startServer } from './server.ts';

const HOLDS = '/v1/inventory/holds';
const body: HoldRequest = {
  reservation_id: '0199b0c4-0000-7000-8000-000000000002',
  order_id: null,
  action: 'confirm',
  lines: [{ sku: 'MUG', location: 'WH-EAST', quantity: 2 }],
  occurred_at: '2026-11-20T10:00:00.000Z',
};

let sim: RunningProcess;
let draws: number[];
/** Stands still, so that "within a second" needs no hurry. */
let nowMs: number;

beforeEach(async () => {
  draws = [];
  nowMs = Date.parse('2026-11-20T10:00:00Z');
  const config = readSimConfig({ GATEWAY_SIM_PORT: '0', LOG_LEVEL: 'error' });
  sim = await startServer(createContext(config, { random: () => draws.shift() ?? 0.5, nowMs: () => nowMs }));
});
afterEach(() => sim.stop());

const post = (key: string, sent: object = body) =>
  request(sim.url).post(HOLDS).set('Idempotency-Key', key).send(sent);
const faults = (script: object) => request(sim.url).put('/__sim/faults').send(script).expect(200);
const report = async () => (await request(sim.url).get('/__sim/requests').expect(200)).body as unknown;
const seenRequests = z.looseObject({ requests: z.array(z.unknown()) });
const refusal = async (sent: request.Test) => {
  const { status, type, body: problem } = await sent;
  return { status, type, problem: z.record(z.string(), z.unknown()).parse(problem) };
};
const send = (key: string, timeoutMs = scaled(DEADLINE_MS)) =>
  createGatewayClient({ url: sim.url, timeoutMs }).sendHold({ idempotencyKey: key, body });

describe('as it should be', () => {
  test('a hold is accepted and logged', async () => {
    const { body: answer } = await post('k-1').expect(200);
    expect(answer).toEqual({ hold_id: expect.any(String), status: 'accepted' });
    expect(await report()).toEqual({
      requests: [{ at: '2026-11-20T10:00:00.000Z', idempotency_key: 'k-1', body, status: 200 }],
      keys: 1,
      repeats: 0,
      throttled: 0,
      busiest_second: 1,
    });
  });

  test.each(['\u{1F455}'.repeat(255), 'WH-EAST ', '\u200B'])(
    'any name that is stored can be held: %j',
    async (name) => {
      const lines = [{ sku: name, location: name, quantity: 1 }];
      await post('k-1', { ...body, order_id: name, lines }).expect(200);
      const tooLong = { ...body, order_id: '\u{1F455}'.repeat(256) };
      expect(await refusal(post('k-2', tooLong))).toMatchObject({ status: 400 });
    },
  );

  test('a name that is not UTF-8 is refused, and not logged as another one', async () => {
    const [start = '', end = ''] = JSON.stringify({ ...body, order_id: '?' }).split('?');
    const bytes = Buffer.concat([Buffer.from(start), Buffer.from([0xff]), Buffer.from(end)]);
    const sent = request(sim.url).post(HOLDS).set('Idempotency-Key', 'k-1').type('application/json');
    expect(await refusal(sent.serialize((raw: string) => raw).send(bytes))).toMatchObject({
      status: 400,
      problem: { code: 'malformed_json' },
    });
    expect(await report()).toMatchObject({ keys: 0 });
  });

  test('our client and the stand-in understand each other', async () => {
    expect(await send('k-1')).toMatchObject({ kind: 'accepted', status: 200 });
  });

  test('a repeated key answers as before, quoted or bare, and changes nothing', async () => {
    const first = await post('k-1').expect(200);
    const again = await post('"k-1"', { ...body, action: 'cancel' }).expect(200);
    expect(again.body).toEqual(first.body);
    expect(await report()).toMatchObject({ keys: 1, repeats: 1 });
  });

  test('the 61st request in a second is a 429 with Retry-After, has no effect, and is logged', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, n) => post(`k-${n}`).expect(200)));
    const refused = await post('k-60').expect(429);
    expect(refused.get('Retry-After')).toBe('1');
    expect(refused.body).toMatchObject({ code: 'rate_limited' });
    expect(await send('k-60')).toMatchObject({ kind: 'throttled', status: 429, retryAfterMs: 1_000 });
    const seen = seenRequests.parse(await report());
    expect(seen).toMatchObject({ keys: 60, throttled: 2, busiest_second: 62 });
    expect(seen.requests.at(-1)).toMatchObject({ idempotency_key: 'k-60', body, status: 429 });
    nowMs += 1_000;
    await post('k-60').expect(200);
  });

  test('DELETE makes a clean slate', async () => {
    await post('k-1');
    await request(sim.url).delete('/__sim/requests').expect(204);
    expect(await report()).toMatchObject({ requests: [], keys: 0, busiest_second: 0 });
  });

  test.each(['/healthz', '/readyz'])('%s answers that it is alive', async (path) => {
    await request(sim.url).get(path).expect(200, { status: 'ok' });
  });
});

describe('when faults are scripted', () => {
  test('an error comes before the effect; the next try of the same key has it', async () => {
    await faults({ error_rate: 0.2, status: 500 });
    draws = [0.1, 0.3];
    await post('k-1').expect(500);
    expect(await report()).toMatchObject({ keys: 0, requests: [{ status: 500 }] });
    await post('k-1').expect(200);
    expect(await report()).toMatchObject({ keys: 1, repeats: 0 });
  });

  test('a dropped reply has had its effect; the next try repeats it', async () => {
    await faults({ drop_reply_rate: 0.5 });
    draws = [0.1, 0.9];
    expect(await send('k-1')).toMatchObject({ kind: 'failed', status: null });
    expect(await report()).toMatchObject({ keys: 1, requests: [{ body, status: null }] });
    expect(await send('k-1')).toMatchObject({ kind: 'accepted' });
    expect(await report()).toMatchObject({ keys: 1, repeats: 1 });
  });

  test('a call that hangs ends when the client gives up, without effect', async () => {
    await faults({ hang_rate: 1 });
    expect(await send('k-1', scaled(300))).toMatchObject({ kind: 'failed', status: null });
    await eventually(async () =>
      expect(await report()).toMatchObject({ keys: 0, requests: [{ status: null }] }),
    );
  });

  test('latency delays the answer', async () => {
    await faults({ latency_ms: 120 });
    const from = performance.now();
    await post('k-1').expect(200);
    expect(performance.now() - from).toBeGreaterThanOrEqual(119);
  });

  test('down cuts every call below /v1, and the script can still be changed', async () => {
    await faults({ down: true });
    await expect(post('k-1')).rejects.toThrow(/hang up|ECONNRESET/);
    await expect(request(sim.url).get('/v1/other')).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await report()).toMatchObject({ keys: 0, requests: [{ idempotency_key: 'k-1', status: null }] });
    await faults({ down: false });
    await post('k-1').expect(200);
  });

  test('a script replaces the one before: faults that it does not name are off', async () => {
    const { body: first } = await faults({ error_rate: 1, status: 500 });
    expect(first).toMatchObject({ error_rate: 1, status: 500 });
    const { body: second } = await faults({});
    expect(second).toMatchObject({ error_rate: 0, status: 503, down: false });
  });

  test('stopping cuts what hangs', async () => {
    await faults({ hang_rate: 1 });
    const hanging = send('k-1');
    await expectSeen(1);
    await sim.stop();
    expect(await hanging).toMatchObject({ kind: 'failed', status: null });
  });
});

describe('when the request is wrong', () => {
  test('each mistake has its code, as problem+json', async () => {
    const json = () => request(sim.url).post(HOLDS).set('Idempotency-Key', 'k').type('json');
    const cases: [request.Test, number, string][] = [
      [request(sim.url).post(HOLDS).send(body), 400, 'validation_failed'],
      [post('k'.repeat(256)), 400, 'validation_failed'],
      [json().send('{'), 400, 'malformed_json'],
      [json().send(''), 400, 'validation_failed'],
      [json().send('null'), 400, 'validation_failed'],
      [post('k', { ...body, lines: [] }), 400, 'validation_failed'],
      [post('k', { ...body, extra: 1 }), 400, 'validation_failed'],
      [post('k', { ...body, pad: 'x'.repeat(2_000_000) }), 413, 'payload_too_large'],
      [json().type('text/plain').send('hello'), 415, 'unsupported_media_type'],
      [request(sim.url).put('/__sim/faults').send({ eror_rate: 1 }), 400, 'validation_failed'],
      [request(sim.url).get(HOLDS), 404, 'not_found'],
      [request(sim.url).get('/nowhere'), 404, 'not_found'],
    ];
    for (const [sent, status, code] of cases) {
      expect(await refusal(sent)).toMatchObject({
        status,
        type: 'application/problem+json',
        problem: {
          type: `/problems/${code.replaceAll('_', '-')}`,
          status,
          code,
          title: expect.any(String),
          instance: expect.any(String),
        },
      });
    }
    await post('k').expect(200);
  });

  test('a validation failure names the field', async () => {
    const { problem } = await refusal(post('k', { ...body, action: 'hold' }));
    expect(problem.errors).toEqual([{ path: 'action', message: expect.any(String) }]);
  });
});

const expectSeen = (count: number) =>
  eventually(async () => expect(seenRequests.parse(await report()).requests).toHaveLength(count));
