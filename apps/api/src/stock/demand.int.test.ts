import { together } from '@holdfast/testing';
import type { z } from 'zod';
import { refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';
import { demandAnswer } from './get-demand.ts';

const scenario = scenarioOfSuite();

/** `DEMAND_BUYERS=2000` for the size of a real sale. */
const BUYERS = Number(process.env['DEMAND_BUYERS'] ?? 200);
const UNITS = BUYERS / 20;
const BOTS = BUYERS / 10;
const CALLS_OF_BOT = 20;

async function demandFor(sku: string, query = ''): Promise<z.infer<typeof demandAnswer>> {
  await scenario.api.context.demand.flush();
  const { status, body } = await scenario.api.call('get', `/v1/skus/${sku}/demand${query}`);
  expect(status).toBe(200);
  return demandAnswer.parse(body);
}

const sum = (all: readonly { readonly quantity: number }[]) =>
  all.reduce((units, { quantity }) => units + quantity, 0);

test('the demand of a sale is what its buyers have counted', async () => {
  const sku = await scenario.newSku(UNITS);
  const calls = Array.from({ length: BUYERS }, (_, buyer) => {
    const isBot = buyer % (BUYERS / BOTS) === 0;
    return Array.from({ length: isBot ? CALLS_OF_BOT : 1 }, () => ({
      customer: `cu-${buyer}`,
      quantity: isBot ? 2 : 1,
    }));
  }).flat();
  const outside = { held: { calls: 0, units: 0 }, refused: { calls: 0, units: 0 } };
  const held: { readonly id: string; readonly customer: string; readonly quantity: number }[] = [];
  const shuffled = calls.toSorted((a, b) => (a.customer < b.customer ? 1 : -1));
  const replies = repliesOf(
    await together(shuffled.length, async (n) => {
      const { customer, quantity } = shuffled[n] ?? { customer: '', quantity: 0 };
      const reply = await scenario.api.call('post', '/v1/reservations', {
        customer_id: customer,
        lines: [{ sku, quantity }],
      });
      const seen = reply.status === 201 ? outside.held : outside.refused;
      seen.calls += 1;
      seen.units += quantity;
      if (reply.status === 201) held.push({ id: (reply.body as { id: string }).id, customer, quantity });
      return reply;
    }),
  );
  for (const reply of replies) expect([201, 409]).toContain(reply.status);
  const paid = held.filter((_, index) => index % 3 !== 0);
  for (const { id } of paid) await scenario.confirm(id);
  const unpaid = held.filter((_, index) => index % 3 === 0);
  await scenario.makeDue(...unpaid.map(({ id }) => id));
  await scenario.api.call('post', '/v1/reservations', { lines: [{ sku, quantity: 1 }], ttl_seconds: 1 });

  const unitsOf = new Map<string, number>();
  for (const { customer, quantity } of paid) unitsOf.set(customer, (unitsOf.get(customer) ?? 0) + quantity);
  const sorted = [...unitsOf.values()].toSorted((a, b) => a - b);
  const middle = (at: number) => sorted[Math.floor(at)] ?? 0;
  const largest = sorted.at(-1) ?? 0;
  const demand = await demandFor(sku, '?bucket=second');
  const all = { calls: calls.length + 1, units: sum(calls) + 1 };
  expect(demand).toMatchObject({
    sku,
    bucket: 'second',
    asked: all,
    held: { calls: outside.held.calls + 1, units: outside.held.units + 1 },
    refused: outside.refused,
    confirmed: { calls: paid.length, units: sum(paid) },
    waiting: { calls: 0, units: 0 },
    expired: { calls: unpaid.length, units: sum(unpaid) },
    customers: {
      served: unitsOf.size,
      units: sum(paid),
      median_units: (middle((sorted.length - 1) / 2) + middle(sorted.length / 2)) / 2,
      largest_units: largest,
      units_without_customer: 0,
    },
  });
  expect(demand.customers.top_1_percent_share).toBeCloseTo(largest / sum(paid), 6);
  const inBuckets = demand.buckets.reduce((calls, { asked }) => calls + asked.calls, 0);
  expect(inBuckets).toBe(all.calls);
  expect(demand.sold_out.first_at).not.toBeNull();
  expect(demand.sold_out.seconds).toBeGreaterThan(0);
});

test('a SKU is sold out from its last unit until one is back, over all locations', async () => {
  const sku = await scenario.newSku({ EAST: 2, WEST: 1 });
  const first = await scenario.hold(sku, 2);
  const before = await demandFor(sku);
  expect(before.sold_out).toEqual({ first_at: null, seconds: 0 });
  const last = await scenario.hold(sku, 1);
  const { rows } = await scenario.sql.query<{ at: Date }>(
    'SELECT at FROM stock_movements WHERE reservation_id = $1',
    [last.id],
  );
  expect((await demandFor(sku)).sold_out.first_at).toBe(rows[0]?.at.toISOString());
  await scenario.release(first.id);
  const { sold_out: ended } = await demandFor(sku);
  await scenario.setStock(sku, 50);
  expect((await demandFor(sku)).sold_out).toEqual(ended);
});

test('what was refused for one SKU counts for it alone, with all of its lines, and a replay counts nothing', async () => {
  const [good, short] = [await scenario.newSku(10), await scenario.newSku(1)];
  const create = {
    lines: [
      { sku: good, quantity: 1 },
      { sku: short, quantity: 2 },
      { sku: short, quantity: 3, location: 'EAST' },
    ],
  };
  for (let n = 0; n < 2; n += 1) {
    const reply = await scenario.api.call('post', '/v1/reservations', create, { 'Idempotency-Key': short });
    expect(reply).toMatchObject(refused(409, 'insufficient_stock'));
  }
  await scenario.api.call('post', '/v1/reservations/batch', {
    reservations: [{ lines: [{ sku: short, quantity: 7 }] }, { lines: [{ sku: good, quantity: 4 }] }],
  });
  const demand = await demandFor(short);
  expect(demand.refused.calls).toBe(2);
  expect(demand.asked).toEqual(demand.refused);
  expect(await demandFor(good)).toMatchObject({
    asked: { calls: 1, units: 4 },
    refused: { calls: 0, units: 0 },
    customers: { served: 0, median_units: null, largest_units: null, top_1_percent_share: null },
  });
});

test('the counts of several processes add up, and are written as each stops', async () => {
  const sku = await scenario.newSku(0);
  const apis = [await scenario.openApi(), await scenario.openApi()];
  for (const api of [scenario.api, ...apis]) {
    await api.call('post', '/v1/reservations', { lines: [{ sku, quantity: 2 }] });
  }
  for (const api of apis) await api.close();
  expect(await demandFor(sku)).toMatchObject({ refused: { calls: 3, units: 6 } });
});

test.each([
  ['an unknown SKU', 'NONE', '', 404],
  ['an unknown bucket', 'X', '?bucket=day', 400],
  ['a time that is none', 'X', '?from=yesterday', 400],
  ['an end before its beginning', 'X', '?from=2026-11-20T10:00:00Z&to=2026-11-20T10:00:00Z', 400],
  ['more than 10,000 buckets', 'X', '?bucket=second&from=2026-11-20T10:00:00Z&to=2026-11-20T13:00:00Z', 400],
])('%s is refused', async (_what, sku, query, status) => {
  expect((await scenario.api.call('get', `/v1/skus/${sku}/demand${query}`)).status).toBe(status);
});
