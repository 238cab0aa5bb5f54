import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEADLINE_MS, scaled } from '@holdfast/testing';
import { createGatewayClient, type HoldCall } from './gateway-client.ts';
import { consumesAttempt, type HoldOutcome } from './hold-outcome.ts';

const call: HoldCall = {
  idempotencyKey: '0199b0c4-0000-7000-8000-000000000001',
  body: {
    reservation_id: '0199b0c4-0000-7000-8000-000000000002',
    order_id: 'o-1001',
    action: 'confirm',
    lines: [{ sku: 'MUG', location: 'WH-EAST', quantity: 2 }],
    occurred_at: '2026-11-20T10:00:00.000Z',
  },
};
const PATIENT_MS = scaled(DEADLINE_MS);
const ACCEPTED = JSON.stringify({ hold_id: 'h-1', status: 'accepted' });

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

let server: Server | undefined;

afterEach(async () => {
  const running = server;
  server = undefined;
  if (!running) return;
  running.closeAllConnections();
  await new Promise((closed) => running.close(closed));
});

/** A gateway of one answer on a free port; its base URL. */
async function gateway(answer: Answer): Promise<string> {
  const started = createServer((request, response) => void answer(request, response));
  server = started;
  await new Promise<void>((listening) => started.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

async function send(answer: Answer, timeoutMs = PATIENT_MS): Promise<HoldOutcome> {
  return createGatewayClient({ url: await gateway(answer), timeoutMs }).sendHold(call);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

describe('when the gateway answers', () => {
  test('an accepted call carries the key and the body, and brings the hold id', async () => {
    const seen: unknown[] = [];
    const outcome = await send(async (request, response) => {
      const { method, url, headers } = request;
      seen.push(method, url, headers['idempotency-key'], headers['content-type'], await bodyOf(request));
      response.end(ACCEPTED);
    });
    expect(outcome).toEqual({ kind: 'accepted', status: 200, holdId: 'h-1', answer: ACCEPTED });
    expect(seen).toEqual(['POST', '/v1/inventory/holds', call.idempotencyKey, 'application/json', call.body]);
  });

  test('a base URL with a path keeps it', async () => {
    let path: string | undefined;
    const url = await gateway((request, response) => {
      path = request.url;
      response.end(ACCEPTED);
    });
    await createGatewayClient({ url: `${url}/warehouse`, timeoutMs: PATIENT_MS }).sendHold(call);
    expect(path).toBe('/warehouse/v1/inventory/holds');
  });

  test('connections are used again', async () => {
    const ports = new Set<number | undefined>();
    const url = await gateway((request, response) => {
      ports.add(request.socket.remotePort);
      response.end(ACCEPTED);
    });
    const client = createGatewayClient({ url, timeoutMs: PATIENT_MS });
    for (let n = 0; n < 10; n += 1) await client.sendHold(call);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test('429 with seconds says how long to wait and consumes no attempt', async () => {
    const outcome = await send((_request, response) =>
      response.writeHead(429, { 'retry-after': '2' }).end('{}'),
    );
    expect(outcome).toEqual({ kind: 'throttled', status: 429, retryAfterMs: 2_000, answer: '{}' });
    expect(consumesAttempt(outcome)).toBe(false);
  });

  test('429 with an HTTP date says how long to wait', async () => {
    const outcome = await send((_request, response) => {
      const sentAt = Date.parse('2026-11-20T10:00:00Z');
      response
        .writeHead(429, {
          date: new Date(sentAt).toUTCString(),
          'retry-after': new Date(sentAt + 4_000).toUTCString(),
        })
        .end();
    });
    expect(outcome).toEqual({ kind: 'throttled', status: 429, retryAfterMs: 4_000 });
  });

  test.each([500, 503, 400, 302])('%i is a failed attempt', async (status) => {
    const outcome = await send((_request, response) => response.writeHead(status, { location: '/' }).end());
    expect(outcome).toEqual({ kind: 'failed', status, error: `the gateway answered ${status}` });
    expect(consumesAttempt(outcome)).toBe(true);
  });

  test.each(['<html>', '', '{"status":"accepted"}', '{"hold_id":"h-1","status":"queued"}'])(
    'an answer that is not the contract’s is a failed attempt: %j',
    async (text) => {
      const outcome = await send((_request, response) => response.end(text));
      expect(outcome).toMatchObject({ kind: 'failed', status: 200 });
    },
  );

  test('the first 1,000 characters of the answer are kept, without what cannot be stored', async () => {
    const outcome = await send((_request, response) =>
      response.writeHead(500).end(`a\0${'b'.repeat(997)}\u{1f4e6}c`),
    );
    expect(outcome.answer).toBe(`a\ufffd${'b'.repeat(997)}\ufffd`);
  });

  test('an endless answer is not read to its end', async () => {
    let written = 0;
    const outcome = await send((_request, response) => {
      const pump = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', pump);
      pump();
    });
    expect(outcome).toMatchObject({ kind: 'failed', status: 200, answer: 'x'.repeat(1_000) });
    expect(written).toBeLessThan(16_000_000);
  });
});

describe('when no whole answer comes', () => {
  test('a gateway that hangs is given up at the timeout', async () => {
    const outcome = await send(() => {}, 80);
    expect(outcome).toEqual({ kind: 'failed', status: null, error: 'no whole answer within 80 ms' });
    expect(consumesAttempt(outcome)).toBe(true);
  });

  test('the timeout covers the body too', async () => {
    const outcome = await send((_request, response) => response.writeHead(200).write('{'), 80);
    expect(outcome).toEqual({ kind: 'failed', status: null, error: 'no whole answer within 80 ms' });
  });

  test('a dropped reply is a failed attempt, as the gateway may have acted', async () => {
    const outcome = await send((request) => request.socket.destroy());
    expect(outcome).toMatchObject({ kind: 'failed', status: null });
    expect(consumesAttempt(outcome)).toBe(true);
  });

  test('an abort by the caller ends the call', async () => {
    const stop = new AbortController();
    const url = await gateway(() => stop.abort());
    const outcome = await createGatewayClient({ url, timeoutMs: PATIENT_MS }).sendHold(call, stop.signal);
    expect(outcome).toMatchObject({ kind: 'failed', status: null });
  });

  test.each(['127.0.0.1', 'localhost'])(
    'a refused connection to %s consumes no attempt: the request never arrived',
    async (host) => {
      const url = new URL(await gateway(() => {}));
      url.hostname = host;
      await new Promise((closed) => server?.close(closed));
      server = undefined;
      const outcome = await createGatewayClient({ url: url.href, timeoutMs: PATIENT_MS }).sendHold(call);
      expect(outcome).toMatchObject({ kind: 'refused', status: null });
      expect(consumesAttempt(outcome)).toBe(false);
    },
  );

  test('a name that does not exist is a refused connection', async () => {
    const client = createGatewayClient({ url: 'http://gateway.invalid', timeoutMs: PATIENT_MS });
    expect(await client.sendHold(call)).toMatchObject({ kind: 'refused', status: null });
  });
});

test('a key that cannot be a header is the caller’s mistake and is thrown', async () => {
  const client = createGatewayClient({ url: 'http://127.0.0.1:1', timeoutMs: PATIENT_MS });
  await expect(client.sendHold({ ...call, idempotencyKey: 'a\nb' })).rejects.toThrow(/invalid header value/);
});
