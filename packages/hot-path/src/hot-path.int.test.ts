import type { ReserveCommand } from '@holdfast/domain';
import { checkLedgerInvariants, eventually, ofSuite, openFaultyLink } from '@holdfast/testing';
import {
  adjustment,
  adjustStock,
  cancelOrder,
  codeOf,
  line,
  release,
  reserve,
  WEST,
} from '@holdfast/testing/vocabulary';
import { openScenario, type HotProcess } from './fixtures/hot-path-scenario.ts';
import { HOT_PATH_LIMITS } from './limits.ts';

const scenario = ofSuite(openScenario);
let api: HotProcess;
let other: HotProcess;

beforeAll(async () => {
  // Redis has lost nothing: no commit is under way from before it began.
  jest.replaceProperty(HOT_PATH_LIMITS, 'afterLossMs', 0);
  // A busy machine answers late.
  jest.replaceProperty(HOT_PATH_LIMITS, 'answerMs', 2_000);
  jest.replaceProperty(HOT_PATH_LIMITS, 'markAnswerMs', 5_000);
  [api, other] = await Promise.all([scenario.open(), scenario.open()]);
});
afterAll(() => jest.restoreAllMocks());
afterEach(async () => expect(await checkLedgerInvariants(scenario.url)).toEqual([]));

/** Asks until Redis refuses it, and answers what the ledger and the gate said. */
async function untilRefusedAhead(process: HotProcess, sku: string, rest: Partial<ReserveCommand> = {}) {
  const first = await process.ask(sku, rest);
  return eventually(async () => {
    const before = process.refused.length;
    const { outcome } = await process.ask(sku, rest);
    expect(outcome).toEqual(first.outcome);
    return process.refused.length > before && outcome;
  });
}

const soldOutSku = async () => {
  const sku = await scenario.newSku(api, 1);
  const { outcome } = await api.ask(sku);
  return { sku, id: outcome.ok && 'reservation' in outcome ? outcome.reservation.id : '' };
};

test('a sold-out SKU is refused without PostgreSQL, as the ledger refuses it', async () => {
  const { sku } = await soldOutSku();
  const refused = await untilRefusedAhead(api, sku);
  expect(refused).toMatchObject({
    refusal: { code: 'insufficient_stock', lines: [{ sku, requested: 1, available: 0 }] },
  });
  await untilRefusedAhead(other, sku);
  const before = api.refused.length;
  for (const sourcing of ['no_split', 'single_location', 'prefer_single_location'] as const) {
    expect((await api.ask(sku, { sourcing })).outcome).toEqual(refused);
  }
  expect((await api.ask(sku, { ifShort: 'partial' })).outcome).toEqual(refused);
  expect(api.refused.length - before).toBeGreaterThan(0);
});

test('a unit that comes free is sold at once, by any process', async () => {
  const { sku, id } = await soldOutSku();
  for (const process of [api, other]) await untilRefusedAhead(process, sku);
  await other.ledger.submit(release(id));
  expect(codeOf(await api.ask(sku))).toBe('ok');
  await untilRefusedAhead(other, sku);
  await api.ledger.submit(adjustStock(adjustment(sku, 2, WEST)));
  expect(codeOf(await other.ask(sku))).toBe('ok');
  expect(codeOf(await api.ask(sku))).toBe('ok');
});

test('a hold that falls due gives its unit to the next create', async () => {
  const sku = await scenario.newSku(api, 1);
  await api.ask(sku, { ttlSeconds: 1 });
  const codes = new Set<string>();
  await eventually(
    async () => {
      const code = codeOf(await other.ask(sku, { ttlSeconds: 60 }));
      codes.add(code);
      if (code !== 'ok') return false;
      const { rows } = await scenario.sql.query<{ lateMs: number }>(
        `SELECT (extract(epoch FROM new.created_at - old.expires_at) * 1000)::float8 AS "lateMs"
       FROM reservation_lines JOIN reservations old ON id = reservation_id
       CROSS JOIN (SELECT max(created_at) AS created_at FROM reservations) new
       WHERE sku = $1 AND old.status = 'expired'`,
        [sku],
      );
      return rows[0] !== undefined;
    },
    { everyMs: 5 },
  );
  expect(codes).toEqual(new Set(['insufficient_stock', 'ok']));
  expect(other.refused.length).toBeGreaterThan(0);
});

test('a create that the ledger refuses for another reason first is left to the ledger', async () => {
  const { sku } = await soldOutSku();
  const paused = async (active: boolean) => {
    await other.hotPath.fence.around([sku], () =>
      scenario.sql.query('UPDATE skus SET active = $2, max_per_reservation = 5 WHERE sku = $1', [
        sku,
        active,
      ]),
    );
  };
  await untilRefusedAhead(api, sku);
  await paused(false);
  expect(codeOf(await api.ask(sku))).toBe('sku_inactive');
  await paused(true);
  await untilRefusedAhead(api, sku);
  const tooMany = reserve([line(sku, 4), line(sku, 2)]);
  expect(codeOf(await api.ledger.submit(tooMany))).toBe('quantity_limit_exceeded');
  expect(codeOf(await api.ledger.submit(reserve([line(sku, 1, 'NOWHERE')])))).toBe('unknown_location');
  await untilRefusedAhead(api, sku, { orderId: 'o-1' });
  await other.ledger.submit(cancelOrder('o-1'));
  expect(codeOf(await api.ask(sku, { orderId: 'o-1' }))).toBe('order_cancelled');
  await untilRefusedAhead(api, sku, { orderId: 'o-2' });
});

const switchWest = (active: boolean) =>
  other.hotPath.fence.around(null, () =>
    scenario.sql.query('UPDATE locations SET active = $1 WHERE location = $2', [active, WEST]),
  );

test('a location that is switched on gives its units at once', async () => {
  const { sku } = await soldOutSku();
  await switchWest(false);
  await api.ledger.submit(adjustStock(adjustment(sku, 1, WEST)));
  await untilRefusedAhead(api, sku);
  await switchWest(true);
  expect(codeOf(await api.ask(sku))).toBe('ok');
});

test('a change that PostgreSQL has refused leaves no mark behind, and one of unknown outcome does', async () => {
  const marksOfAll = async () => {
    const text = await scenario.redis.run('HGET', api.keyInRedis(), 'm:*');
    return typeof text === 'string' ? text.split(' ').length / 2 : 0;
  };
  const refused = other.hotPath.fence.around(
    null,
    () => other.database.prisma.$executeRaw`UPDATE locations SET priority = NULL WHERE location = ${WEST}`,
  );
  await expect(refused).rejects.toThrow(/null value/i);
  await eventually(async () => (await marksOfAll()) === 0);
  const lost = other.hotPath.fence.around(null, () => Promise.reject(new Error('the connection was lost')));
  await expect(lost).rejects.toThrow('lost');
  await switchWest(true);
  await eventually(async () => (await marksOfAll()) === 1);
  await scenario.redis.flush(); // the mark would end after 10 s
});

const key = (name: string, fingerprint = 'as first asked') => ({
  caller: 'shop',
  path: 'POST /v1/reservations',
  key: name,
  fingerprint,
});

describe('a key', () => {
  test('is answered from Redis with what was kept', async () => {
    const sku = await scenario.newSku(api, 5);
    const first = await api.ledger.submit(reserve([line(sku)]), key('k1'));
    const repeat = () => other.ledger.submit(reserve([line(sku)]), key('k1'));
    const again = await eventually(async () => {
      const replays = await other.metric('answers', { kind: 'replayed' });
      const answer = await repeat();
      expect(answer).toEqual({ outcome: first.outcome, replayed: true });
      return (await other.metric('answers', { kind: 'replayed' })) > replays && answer;
    });
    const misused = await other.ledger.submit(reserve([line(sku, 2)]), key('k1', 'another'));
    expect(codeOf(misused)).toBe('idempotency_key_reused');
    await scenario.redis.flush();
    expect(await repeat()).toEqual(again);
  });

  test('of a refused create is kept in PostgreSQL, and one that was used is replayed', async () => {
    const { sku, id } = await soldOutSku();
    await api.ledger.submit(release(id));
    const sold = await api.ledger.submit(reserve([line(sku)]), key('k2'));
    await untilRefusedAhead(other, sku);
    await scenario.redis.flush(); // Redis does not know the key any more
    await untilRefusedAhead(other, sku);
    expect(await other.ledger.submit(reserve([line(sku)]), key('k2'))).toEqual({ ...sold, replayed: true });
    const before = other.refused.length;
    const refused = await other.ledger.submit(reserve([line(sku)]), key('k3'));
    expect(other.refused.length).toBe(before + 1);
    await api.ledger.submit(adjustStock(adjustment(sku, 1)));
    await scenario.redis.flush();
    expect(await api.ledger.submit(reserve([line(sku)]), key('k3'))).toEqual({ ...refused, replayed: true });
  });
});

test('availability is that of PostgreSQL, also right after a change', async () => {
  const sku = await scenario.newSku(api, 3);
  const available = async (process: HotProcess) =>
    (await process.hotPath.availability([sku]))?.[0]?.available;
  await eventually(async () => {
    const before = await api.metric('answers', { kind: 'availability' });
    expect(await available(api)).toBe(3);
    return (await api.metric('answers', { kind: 'availability' })) > before;
  });
  await api.ask(sku);
  expect([2, undefined]).toContain(await available(api)); // undefined: PostgreSQL is asked
  expect(await eventually(async () => (await available(api)) ?? false)).toBe(2);
  const answer = await other.ask(sku);
  expect(await eventually(async () => (await available(api)) === 1)).toBe(true);
  const id = answer.outcome.ok && 'reservation' in answer.outcome ? answer.outcome.reservation.id : '';
  await other.ledger.submit(release(id));
  expect([2, undefined]).toContain(await available(api));
  expect(await api.hotPath.availability([sku, 'unknown'])).toBeNull();
});

test('a process that cannot reach Redis closes the hot path before it commits', async () => {
  const { sku, id } = await soldOutSku();
  const link = await openFaultyLink({ host: '127.0.0.1', port: Number(new URL(scenario.redis.url).port) });
  const split = await scenario.open({ redisUrl: link.through(scenario.redis.url) });
  await untilRefusedAhead(api, sku);
  link.cut();
  await split.ledger.submit(release(id));
  expect(split.lines).toContain('hot_path.closed');
  expect(codeOf(await api.ask(sku))).toBe('ok');
  const before = api.refused.length;
  for (let calls = 0; calls < 20; calls += 1) await api.ask(sku);
  expect(api.refused.length).toBe(before);
  await link.close();
  await scenario.sql.query(`UPDATE hot_path SET closed_until = '-infinity'`);
  await untilRefusedAhead(api, sku);
});

test('without Redis the ledger decides, and once it is back Redis refuses again', async () => {
  const { sku } = await soldOutSku();
  await untilRefusedAhead(api, sku);
  await scenario.redis.kill();
  // Some calls in a row are not answered before it counts as away.
  await eventually(async () => {
    expect(codeOf(await api.ask(sku))).toBe('insufficient_stock');
    return api.lines.includes('hot_path.redis_away');
  });
  await api.ledger.submit(adjustStock(adjustment(sku, 1)));
  expect(codeOf(await api.ask(sku))).toBe('ok');
  await scenario.redis.start();
  await scenario.sql.query(`UPDATE hot_path SET closed_until = '-infinity'`);
  await untilRefusedAhead(api, sku);
  expect(api.lines).toContain('hot_path.redis_back');
});
