import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { DEADLINE_MS, eventually, freePort, scaled, openReceiver, type Receiver } from '@holdfast/testing';
import { Webhook } from 'standardwebhooks';
import { SELF_SIGNED } from './fixtures/self-signed.ts';
import { newSecret } from './signature.ts';
import { createSender, type WebhookSender } from './webhook-sender.ts';

const secret = newSecret();
const message = { id: '0199b0c4-61f0-7b52-a0f4-2c8d4e6b9a31', body: '{"data":"größer"}', secrets: [secret] };
const never = new AbortController().signal;

let sender: WebhookSender;
const listeners: Receiver[] = [];

beforeEach(() => {
  sender = createSender({ allowPrivate: true, timeoutMs: scaled(DEADLINE_MS) });
});
afterEach(async () => {
  sender.close();
  for (const listener of listeners.splice(0)) await listener.close();
});

async function consumer(...answer: Parameters<typeof openReceiver>): Promise<Receiver> {
  const listener = await openReceiver(...answer);
  listeners.push(listener);
  return listener;
}

const sendTo = ({ url }: { readonly url: string }, signal = never) => sender.send(url, message, signal);
const failed = (error: string, status: number | null = null, retryAfterMs: number | null = null) => ({
  kind: 'failed',
  status,
  error,
  retryAfterMs,
});

describe('what is sent', () => {
  test('is the event as it is, with a signature that the consumer’s package verifies', async () => {
    const receiver = await consumer();
    expect(await sendTo(receiver)).toEqual({ kind: 'succeeded', status: 204 });
    const [request] = receiver.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hooks',
      body: message.body,
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'user-agent': expect.stringMatching(/^Holdfast\//),
        'webhook-id': message.id,
      },
    });
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(request?.body ?? '', headers)).toEqual(JSON.parse(message.body));
  });

  test('goes over connections that are used again', async () => {
    const receiver = await consumer();
    for (let n = 0; n < 10; n += 1) await sendTo(receiver);
    expect(receiver.requests).toHaveLength(10);
    expect(receiver.connections).toHaveLength(1);
  });

  test('is sent once more when the idle connection was just being closed', async () => {
    let isFirst = true;
    const receiver = await consumer((request, response) => {
      if (isFirst || receiver.connections.length > 1) return response.writeHead(204).end();
      return request.socket.destroy(); // as a server that has just given the connection up
    });
    await sendTo(receiver);
    isFirst = false;
    expect(await sendTo(receiver)).toEqual({ kind: 'succeeded', status: 204 });
    expect(receiver.connections).toHaveLength(2);
  });
});

describe('what is answered', () => {
  test.each([200, 201, 202, 204, 299])('%i is a success', async (status) => {
    const receiver = await consumer((_request, response) => response.writeHead(status).end());
    expect(await sendTo(receiver)).toEqual({ kind: 'succeeded', status });
  });

  test('410 says that the endpoint is gone', async () => {
    const receiver = await consumer((_request, response) => response.writeHead(410).end());
    expect(await sendTo(receiver)).toEqual({ kind: 'gone', status: 410 });
  });

  test.each([400, 401, 404, 418, 500, 502])('%i is a failure', async (status) => {
    const receiver = await consumer((_request, response) =>
      response.writeHead(status, { 'retry-after': '9' }).end('no'),
    );
    expect(await sendTo(receiver)).toEqual({ ...failed(`answered ${status}`, status), response: 'no' });
  });

  test.each([
    [429, '7', 7_000],
    [503, '0', 0],
    [503, 'Fri, 20 Nov 2026 10:00:30 GMT', 30_000],
    [503, 'Fri, 20 Nov 2026 09:00:00 GMT', 0],
    [429, 'soon', null],
  ])('%i with Retry-After %s says when to come again', async (status, retryAfter, ms) => {
    const headers = { 'retry-after': retryAfter, date: 'Fri, 20 Nov 2026 10:00:00 GMT' };
    const receiver = await consumer((_request, response) => response.writeHead(status, headers).end());
    expect(await sendTo(receiver)).toEqual(failed(`answered ${status}`, status, ms));
  });

  test('one that wants to speak another protocol has failed, and is not waited for', async () => {
    const receiver = await consumer((request) =>
      request.socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: mqtt\r\n\r\n',
      ),
    );
    expect(await sendTo(receiver)).toEqual(failed('answered 101', 101));
    const [connection] = receiver.connections;
    await eventually(() => connection?.destroyed ?? false);
  });

  test('no more than the beginning of a long answer is read', async () => {
    let written = 0;
    const receiver = await consumer((_request, response) => {
      const pump = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', pump);
      pump();
    });
    const seen = { kind: 'succeeded', status: 200, response: 'x'.repeat(1_000) };
    expect(await sendTo(receiver)).toEqual(seen);
    expect(written).toBeLessThan(16_000_000);
    const [connection] = receiver.connections;
    await eventually(() => connection?.destroyed ?? false);
  });
});

describe('what people read of an answer', () => {
  test.each([
    [204, '', undefined],
    [200, 'thank you', 'thank you'],
    [500, 'a\0b', 'a\ufffdb'],
    [410, '€'.repeat(2_000), '€'.repeat(1_000)],
  ])('is its beginning: %i %j', async (status, text, response) => {
    const receiver = await consumer((_request, answer) => answer.writeHead(status).end(text));
    expect(await sendTo(receiver)).toMatchObject({ status, ...(response !== undefined && { response }) });
    expect('response' in (await sendTo(receiver))).toBe(response !== undefined);
  });
});

describe('when there is no whole answer', () => {
  const TIMEOUT_MS = 300;
  const LATE = failed(`no whole answer within ${TIMEOUT_MS} ms`);
  const impatientlySendTo = async ({ url }: { readonly url: string }) => {
    const impatient = createSender({ allowPrivate: true, timeoutMs: TIMEOUT_MS });
    const outcome = await impatient.send(url, message, never);
    impatient.close();
    return outcome;
  };

  test('an endpoint that hangs is given up in time', async () => {
    expect(await impatientlySendTo(await consumer(() => {}))).toEqual(LATE);
  });

  test('so is one that begins to answer and does not end', async () => {
    const receiver = await consumer((_request, response) => response.writeHead(200).write('{'));
    expect(await impatientlySendTo(receiver)).toEqual(LATE);
  });

  test('so is one that answers byte by byte', async () => {
    let timer: NodeJS.Timeout | undefined;
    const receiver = await consumer((_request, response) => {
      timer = setInterval(() => response.write('x'), 20);
    });
    expect(await impatientlySendTo(receiver)).toEqual(LATE);
    clearInterval(timer);
  });

  test('an endpoint where nothing listens has refused the connection', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    expect(await sendTo({ url })).toEqual(failed('the connection was refused'));
  });

  test('a name that does not exist is said to be so', async () => {
    const outcome = await sendTo({ url: 'http://nobody.invalid/' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      status: null,
      error: expect.stringMatching(/^the name /),
    });
  });

  test('a connection that breaks off is a failure', async () => {
    const receiver = await consumer((request) => request.socket.destroy());
    expect(await sendTo(receiver)).toEqual(failed('the connection broke off'));
  });

  test('an attempt that this process cuts off is not a failure of the endpoint', async () => {
    const stop = new AbortController();
    const receiver = await consumer(() => stop.abort());
    expect(await sendTo(receiver, stop.signal)).toEqual({ kind: 'broken_off' });
    expect(await sendTo(receiver, stop.signal)).toEqual({ kind: 'broken_off' });
  });
});

test('a certificate of an unknown authority is refused, whatever the environment says', async () => {
  const server = createServer(SELF_SIGNED, (_request, response) => response.writeHead(204).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    expect(await sendTo({ url: `https://localhost:${port}/` })).toEqual(
      failed('its certificate is not signed by an authority that is known here'),
    );
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    server.closeAllConnections();
    server.close();
  }
});
