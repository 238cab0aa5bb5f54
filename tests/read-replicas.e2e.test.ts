import { readFileSync } from 'node:fs';
import { eventually, keepCalling, startProcess, withSession, type TestProcess } from '@holdfast/testing';
import { REPLICA_CONNECTIONS_MAX } from '../apps/api/src/open-reads.ts';
import { type PostgresReplicas, startPostgresReplicas } from './faults/postgres-replicas.ts';
import { tokenClientAt, type TokenClient } from './token-client.ts';

const LATE_BY = '5s';
const SHOPPERS = 6;
const UNITS = 1_000_000;

const nameOf = (url: string | undefined) => new URL(url ?? '').host;

let postgres: PostgresReplicas;
let api: TestProcess;
let client: TokenClient;

const startApi = (env: Record<string, string> = {}) =>
  startProcess('api', {
    DATABASE_URL: postgres.url,
    DATABASE_REPLICA_URL: postgres.replicaUrls,
    REDIS_URL: '',
    LOG_LEVEL: 'warn',
    ...env,
  });

beforeAll(async () => {
  postgres = await startPostgresReplicas({}, { recovery_min_apply_delay: LATE_BY });
  api = await startApi();
  client = tokenClientAt(api.url);
  await client.call('put', '/v1/locations/EAST', { body: {} });
});
afterAll(async () => {
  await api?.stop();
  await postgres?.drop();
});

/** A SKU of its own with its stock. @returns the token of the last write */
async function stock(sku: string): Promise<string> {
  await client.call('put', `/v1/skus/${sku}`, { body: {} });
  const { token } = await client.call('put', `/v1/stock-levels/${sku}/EAST`, { body: { on_hand: UNITS } });
  if (token === null) throw new Error('a write had no token');
  return token;
}

interface Listed {
  readonly data: readonly object[];
}

/**
 * One shopper writes, and reads each write back in every way.
 *
 * @returns answers that were older than their token, and failures
 */
async function shop(sku: string, order: string): Promise<string[]> {
  const wrong: string[] = [];
  const check = (what: string, isRight: boolean, reply: object) => {
    if (!isRight) wrong.push(`${what}: ${JSON.stringify(reply).slice(0, 300)}`);
  };
  const body = { lines: [{ sku, quantity: 1 }], order_id: order, ttl_seconds: 3_000 };
  const made = await client.call<{ id: string }>('post', '/v1/reservations', { body });
  check('create', made.status === 201, made);
  const { token } = made;
  const path = `/v1/reservations/${made.body.id}`;
  const lists = [
    `/v1/reservations?order_id=${order}`,
    `/v1/stock-movements?reservation_id=${made.body.id}`,
    `${path}/history`,
  ];
  const [read, ...listed] = await Promise.all([
    client.call<{ version: number }>('get', path, { token }),
    ...lists.map((list) => client.call<Listed>('get', list, { token })),
  ]);
  check('reservation', read.status === 200, read);
  for (const each of listed) check('list', each.status === 200 && each.body.data.length > 0, each);

  const patched = await client.call<{ version: number }>('patch', path, { body: { metadata: { a: 'b' } } });
  check('patch', patched.status === 200, patched);
  const again = await client.call<{ version: number }>('get', path, { token: patched.token });
  check('version', again.body.version >= patched.body.version, again);

  const before = await client.call<{ reserved: number }>('get', `/v1/items/${sku}/availability`);
  const later = await client.call('post', `${path}/extend`, { body: { ttl_seconds: 3_100 } });
  check('extend', later.status === 200, later);
  // Units are reserved only, never given back: reserved may not fall.
  const after = await client.call<{ reserved: number }>('get', `/v1/items/${sku}/availability`, {
    token: later.token,
  });
  check('availability', after.status === 200 && after.body.reserved >= before.body.reserved, after);
  return wrong;
}

test('no read is older than its token and none fails, while a replica is killed and returns', async () => {
  const [quick, late] = postgres.standbys;
  const lines = api.keepLines();
  const [quickName, lateName] = [nameOf(quick?.url), nameOf(late?.url)];
  const oldToken = await stock('OLD');
  for (let shopper = 0; shopper < SHOPPERS; shopper += 1) await stock(`SKU-${shopper}`);
  const answeredBy = (name: string) => client.reads('answered', name);
  const grows = async (name: string, from: number) =>
    eventually(async () => (await answeredBy(name)) > from + 200);
  await eventually(async () => (await client.leftOut(quickName)) === undefined);

  const wrong: string[] = [];
  let orders = 0;
  const shopping = keepCalling(SHOPPERS, async (shopper) => {
    wrong.push(...(await shop(`SKU-${shopper}`, `order-${(orders += 1)}`)));
  });
  /** Its token is as old as the late replica soon. */
  const browsing = keepCalling(1, async () => {
    const { status, body } = await client.call<Listed>('get', '/v1/skus', { token: oldToken });
    if (status !== 200 || body.data.length < SHOPPERS) wrong.push(`browse: ${status}`);
  });
  await grows(quickName, 0);
  await quick?.stop();
  await eventually(async () => (await client.leftOut(quickName)) === 'unreachable');
  const withoutQuick = await client.reads('not_reached');
  await eventually(async () => (await client.reads('not_reached')) > withoutQuick + 100);
  quick?.start();
  await eventually(async () => (await client.leftOut(quickName)) === undefined);
  await grows(quickName, await answeredBy(quickName));
  await eventually(async () => (await client.leftOut(lateName)) === undefined);
  await grows(lateName, await answeredBy(lateName));
  await Promise.all([shopping.stop(), browsing.stop()]);
  expect(wrong).toEqual([]);
  expect(orders).toBeGreaterThan(100);
  const leftOut = lines.filter((line) => line.includes('"replica.left_out"') && line.includes(quickName));
  expect(leftOut.join()).toContain('"reason":"unreachable"');
  expect(leftOut.length).toBeLessThan(10); // a line for each change, not for each check or read
});

const READING = ['holdfast api', 'holdfast api reads', 'holdfast api position', 'holdfast api replica check'];

/** Processor time of the sessions on the primary that reads need, by process, in milliseconds: /proc counts in 10 ms. */
async function readingCpuMs(): Promise<ReadonlyMap<number, number>> {
  const { rows } = await withSession(postgres.primaryUrl, (session) =>
    session.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE application_name = ANY($1)`, [
      READING,
    ]),
  );
  return new Map(
    rows.map(({ pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return [pid, (Number(fields[11]) + Number(fields[12])) * 10];
    }),
  );
}

const connectionsOfApi = (url: string): Promise<number> =>
  withSession(url, async (session) => {
    const { rows } = await session.query(
      `SELECT FROM pg_stat_activity WHERE application_name LIKE 'holdfast api%'`,
    );
    return rows.length;
  });

/** Reads of which the processor time is measured. */
const READS = Number(process.env['READS'] ?? 1_000);

/** The same reads of an API. @returns the processor time that they took of the primary */
async function primaryCpuOfReads(from: TokenClient, token: string): Promise<number> {
  const paths = [
    '/v1/reservations?limit=50',
    '/v1/stock-movements?limit=50',
    '/v1/availability?sku=SKU-1&sku=SKU-2',
    '/v1/items/SKU-1/availability',
  ];
  const read = async (times: number) => {
    let left = times;
    const reader = async () => {
      while (left > 0) {
        left -= 1;
        const { status } = await from.call('get', paths[left % paths.length] ?? '', { token });
        expect(status).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: 8 }, reader));
  };
  await read(READS / 20); // opens the connections
  const before = await readingCpuMs();
  await read(READS);
  const after = await readingCpuMs();
  return [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);
}

test('reads that replicas answer take no processor time of the primary', async () => {
  const token = await stock('LAST');
  const quick = postgres.standbys[0]?.url ?? '';
  await eventually(async () => (await client.leftOut(nameOf(quick))) === undefined);
  const alone = await startApi({ DATABASE_REPLICA_URL: '' });
  try {
    const withoutReplicas = await primaryCpuOfReads(tokenClientAt(alone.url), token);
    const answered = await client.reads('answered');
    await client.call('get', '/v1/reservations'); // without a token it goes to the primary
    const withReplicas = await primaryCpuOfReads(client, token);
    const share = ((await client.reads('answered')) - answered) / (READS * 1.05);
    process.stderr.write(
      `${READS} reads took ${withoutReplicas} ms of the primary's processors; with replicas, which answered ` +
        `${Math.round(100 * share)}% of them, ${withReplicas} ms\n`,
    );
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThanOrEqual(1);
    expect(await connectionsOfApi(quick)).toBeLessThanOrEqual(REPLICA_CONNECTIONS_MAX);
    expect(withReplicas).toBeLessThan(withoutReplicas * (1.2 - share));
  } finally {
    await alone.stop();
  }
});
