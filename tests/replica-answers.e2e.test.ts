import { connect, createServer, type AddressInfo } from 'node:net';
import { createTestDatabase, eventually, openFaultyLink, withSession } from '@holdfast/testing';
import { TOKEN_OF_PRIMARY } from '../apps/api/src/http/consistency-token.ts';
import { defineRoute } from '../apps/api/src/http/route.ts';
import { routes } from '../apps/api/src/routes.ts';
import { type GuardedApi, openGuardedApi } from '../apps/api/src/testing/guarded-api.ts';
import type { RouteCase } from '../apps/api/src/testing/route-cases/route-case.ts';
import {
  keepField,
  ROUTE_CASES,
  send,
  sentOf,
  statusOf,
} from '../apps/api/src/testing/route-cases/send-case.ts';
import { type PostgresReplicas, startPostgresReplicas } from './faults/postgres-replicas.ts';

let postgres: PostgresReplicas;

beforeAll(async () => {
  // A statement that is in the way of the primary's log is cancelled at once.
  const settings = { max_standby_streaming_delay: '0' };
  postgres = await startPostgresReplicas(settings, settings);
});
afterAll(() => postgres?.drop());

/** An API that has these replicas, once it uses them. */
async function openApi(replicaUrls: string): Promise<GuardedApi> {
  const guarded = await openGuardedApi({
    DATABASE_URL: postgres.url,
    DATABASE_REPLICA_URL: replicaUrls,
    REPLICA_READS: 'all',
  });
  await eventually(async () => (await counts(guarded)).leftOut.length === 0);
  return guarded;
}

async function counts({ api }: GuardedApi) {
  const text = await api.context.metrics.metrics();
  const reads = (outcome: string) =>
    [...text.matchAll(/^holdfast_replica_reads_total\{.*outcome="(\w+)".* (\d+)$/gm)]
      .filter(([, ended]) => ended === outcome)
      .reduce((sum, [, , count]) => sum + Number(count), 0);
  return {
    answered: reads('answered'),
    repeated: reads('repeated'),
    leftOut: [...text.matchAll(/^holdfast_replica_left_out\{.*reason="(\w+)"/gm)].map(([, reason]) => reason),
  };
}

/** A read that takes a minute on a replica, and no time on the primary. */
function readSlowly({ api }: GuardedApi): Promise<unknown> {
  const { sources } = api.context;
  const route = defineRoute({
    method: 'get',
    path: '/v1/slow',
    tag: 'Stock',
    scope: null,
    readFrom: 'lagging',
    summary: 'Read slowly',
    answers: {},
    refusals: [],
    async handle({ from }) {
      if (from === sources.primary) return { status: 200, body: 'of the primary' };
      await from.prisma.$queryRaw`SELECT count(*), pg_sleep(60)::text FROM skus`;
      return { status: 200, body: 'of a replica' };
    },
  });
  const exchange = { call: { from: sources.primary }, request: { headers: {} }, response: {} };
  return sources.handle(route, exchange as unknown as Parameters<typeof sources.handle>[1]);
}

const OF_PRIMARY = { status: 200, body: 'of the primary' };

describe('an API with two replicas', () => {
  let guarded: GuardedApi;
  beforeAll(async () => {
    guarded = await openApi(postgres.replicaUrls);
  });
  afterAll(() => guarded?.close());

  test('answers every call as without them, and every read that a replica may answer from one', async () => {
    const side = { url: guarded.api.url, keys: guarded.keys, kept: new Map<string, string>() };
    const fromReplicas = new Set(
      routes(guarded.api.context)
        .filter(({ readFrom = 'primary' }) => readFrom !== 'primary')
        .map(({ method, path }) => `${method.toUpperCase()} ${path}`),
    );
    let token = '';
    async function call(each: RouteCase): Promise<boolean> {
      const sent = sentOf(each);
      const headers = [...(sent.headers ?? []), ...(token ? [`X-Consistency-Token: ${token}`] : [])];
      const before = await counts(guarded);
      const answer = await send(side, { ...sent, headers });
      expect({ call: sent.line, status: statusOf(answer) }).toEqual({ call: sent.line, status: each.status });
      keepField(side, answer, each.keep);
      token = /^X-Consistency-Token: (\S+)\r$/m.exec(answer)?.[1] ?? token;
      return (await counts(guarded)).answered > before.answered;
    }
    for (const each of ROUTE_CASES) {
      // On a busy machine a replica may be late once.
      if (each.status < 400 && fromReplicas.has(each.route)) await eventually(() => call(each));
      else expect((await call(each)) && !fromReplicas.has(each.route)).toBe(false);
    }
    expect(fromReplicas.size).toBeGreaterThan(25);
    expect((await counts(guarded)).repeated).toBe(0);
  });

  test('without a token reads lists from a replica, and single things from the primary', async () => {
    const { api, bearer } = guarded;
    const answeredAfter = async (path: string) => {
      expect((await api.call('get', path, undefined, bearer('all'))).status).toBe(200);
      return (await counts(guarded)).answered;
    };
    const { answered } = await counts(guarded);
    await eventually(async () => (await answeredAfter('/v1/stock-movements')) > answered);
    const since = (await counts(guarded)).answered;
    for (const path of ['/v1/items/MUG/availability', '/v1/availability', '/v1/skus/MUG', '/v1/events']) {
      expect(await answeredAfter(path)).toBe(since);
    }
  });

  test('repeats on the primary a read that a replica cancels', async () => {
    const before = await counts(guarded);
    const answer = readSlowly(guarded);
    await withSession(postgres.primaryUrl, (session) =>
      eventually(async () => {
        // The lock is taken on standbys too.
        await session.query('BEGIN');
        await session.query('LOCK TABLE skus IN ACCESS EXCLUSIVE MODE');
        await session.query('SELECT pg_current_xact_id()');
        await session.query('COMMIT');
        return (await counts(guarded)).repeated > before.repeated;
      }),
    );
    expect(await answer).toEqual(OF_PRIMARY);
    expect((await counts(guarded)).answered).toBe(before.answered);
  });

  test('gives a token to a refusal that names what was in the way, and to a replay', async () => {
    const { api, bearer } = guarded;
    const body = { lines: [{ sku: 'MUG', quantity: 1_000 }] };
    const headers = { ...bearer('all'), 'Idempotency-Key': 'too-many' };
    const refused = await api.call('post', '/v1/reservations', body, headers);
    const replayed = await api.call('post', '/v1/reservations', body, headers);
    for (const { status, headers: answered } of [refused, replayed]) {
      expect(status).toBe(409);
      expect(answered['x-consistency-token']).toMatch(/^[\w-]{16}$/);
    }
    expect(replayed.headers['idempotent-replayed']).toBe('true');
  });

  test('refuses a token that it never gave', async () => {
    const { api, bearer } = guarded;
    for (const token of [
      'x',
      '0/16B3740',
      ',',
      'AAAAAAAAAAAAAAAA,x',
      Array(21).fill('A'.repeat(16)).join(),
    ]) {
      const headers = { ...bearer('all'), 'X-Consistency-Token': token };
      expect(await api.call('get', '/v1/items/MUG/availability', undefined, headers)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path: 'X-Consistency-Token' }] },
      });
    }
  });
});

test('a replica whose network stalls is left out, its reads are repeated on the primary, and it comes back', async () => {
  const { hostname, port } = new URL(postgres.standbys[1]?.url ?? '');
  const link = await openFaultyLink({ host: hostname, port: Number(port) });
  const guarded = await openApi(link.through(postgres.standbys[1]?.url ?? ''));
  try {
    const answer = readSlowly(guarded);
    link.stall();
    expect(await answer).toEqual(OF_PRIMARY);
    expect(await counts(guarded)).toMatchObject({ repeated: 1, leftOut: ['unreachable'] });
    link.resume();
    await eventually(async () => (await counts(guarded)).leftOut.length === 0);
  } finally {
    await guarded.close();
    await link.close();
  }
});

test('behind an address that leads to several servers no read is older than its token', async () => {
  const ports = postgres.standbys.map(({ url }) => Number(new URL(url).port));
  let connections = 0;
  const balancer = createServer((near) => {
    const far = connect(ports[(connections += 1) % ports.length] ?? 0, '127.0.0.1');
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
  });
  await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve));
  const { port } = balancer.address() as AddressInfo;
  const [first, second] = postgres.standbys;
  const guarded = await openApi(Object.assign(new URL(first?.url ?? ''), { port: String(port) }).href);
  const { api, bearer } = guarded;
  const pause = (isPaused: boolean) =>
    Promise.all(
      [first, second].map((each, index) =>
        // Recovery may cancel the statement.
        eventually(() =>
          withSession(each?.url ?? '', (session) =>
            session.query(
              isPaused && index === 0 ? 'SELECT pg_wal_replay_pause()' : 'SELECT pg_wal_replay_resume()',
            ),
          ),
        ),
      ),
    );
  try {
    await pause(true);
    for (let units = 1; units <= 30; units += 1) {
      const written = await api.call(
        'put',
        '/v1/stock-levels/MUG/L',
        { on_hand: 100 + units },
        bearer('all'),
      );
      const headers = {
        ...bearer('all'),
        'X-Consistency-Token': written.headers['x-consistency-token'] ?? '',
      };
      const read = await api.call('get', '/v1/stock-levels/MUG/L', undefined, headers);
      expect(read).toMatchObject({ status: 200, body: { on_hand: 100 + units } });
    }
  } finally {
    await pause(false);
    await guarded.close();
    balancer.close();
  }
});

test('an API whose replica is one of another database does not start', async () => {
  const other = await createTestDatabase();
  try {
    await expect(
      openGuardedApi({ DATABASE_URL: postgres.primaryUrl, DATABASE_REPLICA_URL: other.url }),
    ).rejects.toThrow(/DATABASE_REPLICA_URL: .* is not a replica of DATABASE_URL/);
  } finally {
    await other.drop();
  }
});

test('after a fail-over tokens of before go to the primary, and the other replica follows and is used again', async () => {
  const guarded = await openApi(postgres.replicaUrls);
  const { api, bearer } = guarded;
  const write = (units: number) =>
    api.call('put', '/v1/stock-levels/MUG/L', { on_hand: units }, bearer('all'));
  const read = (token = '') =>
    api.call('get', '/v1/stock-levels/MUG/L', undefined, { ...bearer('all'), 'X-Consistency-Token': token });
  try {
    const old = (await write(500)).headers['x-consistency-token'];
    await withSession(postgres.primaryUrl, async (session) => {
      const isThere = async () =>
        (await session.query('SELECT FROM pg_stat_replication WHERE replay_lsn < pg_current_wal_lsn()')).rows
          .length === 0;
      await eventually(isThere);
    });
    postgres.killPrimary();
    await postgres.standbys[0]?.promote();
    const written = await eventually(async () => {
      const reply = await write(600);
      // Until the API has found the new primary, its tokens only say that the primary is to answer.
      return reply.status === 200 && reply.headers['x-consistency-token'] !== TOKEN_OF_PRIMARY && reply;
    });
    const { answered } = await counts(guarded);
    expect(await read(old)).toMatchObject({ status: 200, body: { on_hand: 600 } });
    expect((await counts(guarded)).answered).toBe(answered);
    const token = written.headers['x-consistency-token'];
    expect(await read(token)).toMatchObject({ status: 200, body: { on_hand: 600 } });
    await eventually(async () => {
      expect(await read(token)).toMatchObject({ status: 200, body: { on_hand: 600 } });
      return (await counts(guarded)).answered > answered;
    });
    expect((await counts(guarded)).leftOut).toEqual(['promoted']);
  } finally {
    await guarded.close();
  }
});
