import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import {
  DEADLINE_MS,
  eventually,
  freePort,
  openCommitBreaker,
  type CommitBreaker,
  type TestProcess,
  queueOfRun,
} from '@holdfast/testing';
import { type Balancer, hasHaproxy, startBalancer } from './haproxy.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { type NameServer, startNameServer } from './name-server.ts';

const [FIRST, SECOND] = ['api-1.holdfast.test', 'api-2.holdfast.test'] as const;
const SKU = 'MUG';
const OTHER_SKU = 'CUP';
/** By default haproxy keeps an address for 30 s while the name server is away: a longer time tests our settings. */
const NAMES_AWAY_MS = Number(process.env['NAMES_AWAY_SECONDS'] ?? 3) * 1_000;

// The start of the run reports a missing haproxy.
const describeBalancer = hasHaproxy ? describe : describe.skip;

describeBalancer('two APIs that the balancer knows by name', () => {
  let fleet: Fleet;
  let link: CommitBreaker;
  let names: NameServer;
  let balancer: Balancer;
  let port: string;
  const apis: Record<string, TestProcess> = {};

  beforeAll(async () => {
    fleet = await openFleet(queueOfRun, { apis: 0, workers: 0 });
    link = await openCommitBreaker(fleet.databaseUrl);
    port = String(await freePort());
    await Promise.all([startApi('127.0.0.2'), startApi('127.0.0.3')]);
    for (const sku of [SKU, OTHER_SKU]) await fleet.client.stock(sku, 10);
    names = await startNameServer();
    names.serve({ [FIRST]: '127.0.0.2', [SECOND]: '127.0.0.3' });
    const known = { 1: `${FIRST}:${port}`, 2: `${SECOND}:${port}` };
    balancer = await startBalancer(known, { nameServer: names.address });
  });

  afterAll(async () => {
    await balancer?.kill();
    await names?.close();
    for (const api of fleet?.apis ?? []) await fleet.kill(api); // nothing to drain for
    await fleet?.close();
    await link?.close();
  });

  async function startApi(host: string): Promise<void> {
    apis[host] = await fleet.start('api', { HOST: host, PORT: port, DATABASE_URL: link.url });
  }
  async function killApi(host: string): Promise<void> {
    const api = apis[host];
    if (!api) throw new Error(`no API at ${host}`);
    await fleet.kill(api);
  }
  const ask = (path: string, body?: object) => askAlone(new URL(path, balancer.url), body);
  const reserve = (sku = SKU) => ask('/v1/reservations', { lines: [{ sku, quantity: 1 }] });

  test('an API that is created again with another address gets requests there', async () => {
    await killApi('127.0.0.2');
    await eventually(async () => !(await balancer.sendsTo(1)));
    await startApi('127.0.0.4');
    names.serve({ [FIRST]: '127.0.0.4', [SECOND]: '127.0.0.3' });
    await eventually(() => balancer.sendsTo(1));
    await killApi('127.0.0.3');
    // Only the new API is left, at the latest address of the name server.
    await eventually(async () => expect((await reserve()).status).toBe(201));
    await startApi('127.0.0.3');
    await eventually(() => balancer.sendsTo(2));
  });

  test('while no name can be looked up, requests go to the known addresses', async () => {
    names.silence();
    const until = performance.now() + NAMES_AWAY_MS;
    await eventually(
      async () => {
        expect(await balancer.statusOf('api-1')).toBe('UP');
        expect((await ask(`/v1/skus/${SKU}`)).status).toBe(200);
        return performance.now() > until;
      },
      { timeoutMs: DEADLINE_MS + NAMES_AWAY_MS, everyMs: 500 },
    );
  });

  test('a request whose API is killed is answered with outcome_unknown', async () => {
    const unlock = await fleet.holdWrites();
    // For two SKUs, as calls for one SKU would wait for each other. Round robin: one at each API.
    const asked = [reserve(), reserve(OTHER_SKU)];
    await eventually(async () => (await fleet.heldWrites()) === asked.length);
    await Promise.all([killApi('127.0.0.3'), killApi('127.0.0.4')]);
    for (const answer of await Promise.all(asked)) {
      expect(answer).toMatchObject({
        status: 503,
        isProblem: true,
        retryAfter: '1',
        body: { code: 'outcome_unknown', status: 503, instance: 'balancer' },
      });
    }
    await unlock();
    await Promise.all([startApi('127.0.0.3'), startApi('127.0.0.4')]);
    await eventually(async () => (await balancer.sendsTo(1)) && balancer.sendsTo(2));
  });

  test('while no API reaches PostgreSQL, an API answers that, and not the balancer', async () => {
    expect(await balancer.statusOf('api-1-anyway')).toBe('no check');
    expect(await balancer.statusOf('api-2-anyway')).toBe('no check');
    await link.close();
    await eventually(async () => !(await balancer.sendsTo(1)) && !(await balancer.sendsTo(2)));
    const answer = await reserve();
    expect(answer).toMatchObject({ status: 503, isProblem: true, body: { code: 'unavailable' } });
    expect(answer.body.instance).not.toBe('balancer');
  });
});

interface Answer {
  readonly status: number | undefined;
  readonly isProblem: boolean;
  readonly retryAfter: string | undefined;
  readonly body: { readonly code: string; readonly instance: string };
}

/**
 * On a connection of its own. If the connection has had a request before, haproxy closes it without an answer when the server
 * goes away: the client has to open another one and decide whether to repeat the call.
 */
function askAlone(url: URL, body: object | undefined): Promise<Answer> {
  return new Promise((answered, reject) => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const sent = request(url, { agent: false, method: body ? 'POST' : 'GET', headers }, (response) => {
      const { statusCode: status, headers: got } = response;
      const isProblem = got['content-type']?.startsWith('application/problem+json') ?? false;
      json(response).then(
        (answer) =>
          answered({ status, isProblem, retryAfter: got['retry-after'], body: answer as Answer['body'] }),
        reject,
      );
    });
    sent.once('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}
