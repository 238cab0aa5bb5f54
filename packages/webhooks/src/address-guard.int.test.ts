import type { LookupAddress } from 'node:dns';
import { DEADLINE_MS, eventually, scaled, ofSuite, openReceiver } from '@holdfast/testing';
import type { Resolve } from './address-guard.ts';
import { PRIVATE_HOSTS } from './fixtures/private-hosts.ts';
import { newSecret } from './signature.ts';
import { createSender, type WebhookSender } from './webhook-sender.ts';

// For any URL of an endpoint, and any address of its name, a listener on all addresses of this machine gets
// no connection.

const senders: WebhookSender[] = [];

const victim = ofSuite(() => openReceiver(undefined, { host: '::' })); // and by it 0.0.0.0
afterEach(() => {
  expect(victim.connections).toEqual([]);
  for (const sender of senders.splice(0)) sender.close();
});

const message = { id: 'an id', body: '{}', secrets: [newSecret()] };
/** Nothing stops it. */
const never = () => new AbortController().signal;

function send(url: string, resolve?: Resolve) {
  const sender = createSender({
    allowPrivate: false,
    timeoutMs: scaled(DEADLINE_MS),
    ...(resolve ? { resolve } : {}),
  });
  senders.push(sender);
  return sender.send(url, message, never());
}

/** A name server that gives these answers, one after the other, and the last again and again. */
function nameServer(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const resolve: Resolve = async (hostname) => {
    asked.push(hostname);
    const addresses = answers[Math.min(asked.length, answers.length) - 1] ?? [];
    return addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { asked, resolve };
}

const refused = (error: string) => ({ kind: 'failed', status: null, error, retryAfterMs: null });
const LEADS_INSIDE = refused('the name leads to an address that is not public');
/** Public by its block, which was given back (6bone): nothing answers there. */
const NOBODY = '3ffe::1';

describe('an address in the URL', () => {
  test.each(PRIVATE_HOSTS)('%s is not called', async (host) => {
    expect(await send(`https://${host}:${victim.port}/`)).toEqual(
      refused('the URL must not lead to an address that is not public'),
    );
  });

  test.each([
    ['http', 'http://127.0.0.1:PORT/', 'the URL must be an https URL'],
    ['another scheme', 'gopher://127.0.0.1:PORT/', 'the URL must be an https URL'],
    ['a password', 'https://user:secret@127.0.0.1:PORT/', 'the URL must not have a user or a password in it'],
    [
      'a password in front of it',
      'https://shop.example.com@127.0.0.1:PORT/',
      'the URL must not have a user or a password in it',
    ],
    [
      'a back slash',
      'https://127.0.0.1:PORT\\@shop.example.com/',
      'the URL must not lead to an address that is not public',
    ],
  ])('%s does not help', async (_what, url, error) => {
    expect(await send(url.replace('PORT', String(victim.port)))).toEqual(refused(error));
  });
});

const url = () => `https://hooks.example.com:${victim.port}/`;

describe('a name', () => {
  test.each([
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['fe80::1%lo'],
    ['64:ff9b::7f00:1'],
    ['0.0.0.0'],
  ])('that leads to %s is not called', async (address) => {
    expect(await send(url(), nameServer([address]).resolve)).toEqual(LEADS_INSIDE);
  });

  test('of the system that leads to this machine is not called', async () => {
    // Not one that the URL's rules know: whatever /etc/hosts says, it is looked at.
    const { resolve } = nameServer(['127.0.0.1']);
    expect(await send(`https://localhost.example:${victim.port}/`, resolve)).toEqual(LEADS_INSIDE);
  });

  test.each([[[NOBODY, '127.0.0.1']], [['127.0.0.1', NOBODY]], [[NOBODY, '::1', NOBODY]]])(
    'with a public and a private address is not called at all: %j',
    async (addresses) => {
      expect(await send(url(), nameServer(addresses).resolve)).toEqual(LEADS_INSIDE);
    },
  );

  test('without any address is not called', async () => {
    expect(await send(url(), nameServer([]).resolve)).toEqual(LEADS_INSIDE);
  });

  test('that is public when it is looked at, and private a moment later, leads to what was looked at', async () => {
    const rebinding = nameServer([NOBODY], ['127.0.0.1']);
    const outcome = await send(url(), rebinding.resolve);
    expect(outcome).toMatchObject({ kind: 'failed', status: null });
    expect(outcome).not.toEqual(LEADS_INSIDE); // it tried to reach the public address
    expect(rebinding.asked).toEqual(['hooks.example.com']); // and there was no second lookup
  });

  test('is looked at again for each connection', async () => {
    const { asked, resolve } = nameServer([NOBODY], ['127.0.0.1']);
    const sender = createSender({ allowPrivate: false, timeoutMs: scaled(DEADLINE_MS), resolve });
    senders.push(sender);
    expect(await sender.send(url(), message, never())).not.toEqual(LEADS_INSIDE);
    expect(await sender.send(url(), message, never())).toEqual(LEADS_INSIDE);
    expect(asked).toHaveLength(2);
  });

  test('that a name server is slow about is asked for once by all who wait for it', async () => {
    const waiting: ((addresses: LookupAddress[]) => void)[] = [];
    const resolve = () => new Promise<LookupAddress[]>((answer) => void waiting.push(answer));
    const sender = createSender({ allowPrivate: false, timeoutMs: scaled(DEADLINE_MS), resolve });
    senders.push(sender);
    const sent = Array.from({ length: 20 }, () => sender.send(url(), message, never()));
    await eventually(() => waiting.length > 0);
    expect(waiting).toHaveLength(1);
    waiting[0]?.([{ address: '127.0.0.1', family: 4 }]);
    expect(new Set(await Promise.all(sent.map(async (each) => JSON.stringify(await each)))).size).toBe(1);
    expect(waiting).toHaveLength(1);
  });
});

describe('a redirect', () => {
  test.each([300, 301, 302, 303, 307, 308])('with %i is not followed', async (status) => {
    const gate = await openReceiver((_request, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${victim.port}/` }).end(),
    );
    const sender = createSender({ allowPrivate: true, timeoutMs: scaled(DEADLINE_MS) }); // otherwise the sender would refuse the address before the call
    senders.push(sender);
    expect(await sender.send(gate.url, message, never())).toEqual({
      kind: 'failed',
      status,
      error: `answered ${status}: redirects are not followed`,
      retryAfterMs: null,
    });
    expect(gate.requests).toHaveLength(1);
    await gate.close();
  });
});
