import { together, untilServed } from '@holdfast/testing';
import { newId } from '@holdfast/ledger';
import { parsed, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';
import { created, sendEvents } from '../testing/order-events.ts';

const scenario = scenarioOfSuite();

const SINCE_EVER = '2020-01-01T00:00:00Z';

const putSku = (sku: string, change: object) => scenario.api.call('put', `/v1/skus/${sku}`, change);

/** A SKU with many units, of which a customer may have some. */
async function limitedSku(limit = 2, rest: object = {}): Promise<string> {
  const sku = await scenario.newSku(9_000);
  await putSku(sku, { max_per_customer: limit, ...rest });
  return sku;
}

const overLimit = (sku: string, taken: number, requested: number, limit = 2) =>
  refused(409, 'customer_limit_reached', { lines: [{ sku, limit, taken, requested }] });

/** What the counters say, by customer. */
async function counted(sku: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await scenario.sql.query<{ customer_id: string; taken: number }>(
    'SELECT customer_id, taken::integer FROM customer_counters WHERE sku = $1 ORDER BY customer_id',
    [sku],
  );
  return Object.fromEntries(rows.map(({ customer_id, taken }) => [customer_id, taken]));
}

test('a create without a customer is refused, and says what is missing', async () => {
  const sku = await limitedSku();
  expect(await scenario.tryHold(sku)).toMatchObject(refused(422, 'customer_required'));
  expect(await counted(sku)).toEqual({});
});

test('a customer gets as many as the limit allows, however they are asked for', async () => {
  const sku = await limitedSku();
  const ann = { customer_id: 'ann' };
  const { id } = await scenario.hold(sku, 1, ann);
  expect(await scenario.tryHold(sku, 2, ann)).toMatchObject(overLimit(sku, 1, 2));
  expect(await scenario.put(newId(), { lines: [{ sku, quantity: 2 }], ...ann })).toMatchObject(
    overLimit(sku, 1, 2),
  );
  expect(await scenario.putCart('of-ann', [{ sku, quantity: 1 }], ann)).toMatchObject({ status: 201 });
  expect(await scenario.putCart('of-ann', [{ sku, quantity: 2 }])).toMatchObject(overLimit(sku, 2, 1));
  expect(await scenario.putLines(id, [{ sku, quantity: 2 }])).toMatchObject(overLimit(sku, 2, 1));
  const [event] = await sendEvents(scenario.api, created('o-ann', [{ sku, quantity: 1 }], ann));
  expect(event).toMatchObject({
    state: 'processed',
    effects: [{ effect: 'refused' }],
    problem: { code: 'customer_limit_reached' },
  });
  expect(await counted(sku)).toEqual({ ann: 2 });
  await scenario.release(id);
  expect(await scenario.tryHold(sku, 1, ann)).toMatchObject({ status: 201 });
});

test('a refusal is replayed to its key, and a new key is decided again', async () => {
  const sku = await limitedSku(1);
  const hold = await scenario.hold(sku, 1, { customer_id: 'kay' });
  const again = () => scenario.tryHold(sku, 1, { customer_id: 'kay' }, { 'Idempotency-Key': `of-${sku}` });
  expect(await again()).toMatchObject(overLimit(sku, 1, 1, 1));
  await scenario.release(hold.id);
  expect(await again()).toMatchObject(overLimit(sku, 1, 1, 1));
  expect(await scenario.tryHold(sku, 1, { customer_id: 'kay' })).toMatchObject({ status: 201 });
});

test('due holds, releases, cancels and returns give the units of the limit back', async () => {
  const sku = await limitedSku();
  const bob = { customer_id: 'bob' };
  await scenario.makeDue((await scenario.hold(sku, 2, bob)).id);
  const { id } = await scenario.hold(sku, 2, bob);
  await scenario.confirm(id);
  await scenario.fulfill(id, { lines: [{ sku, quantity: 1 }] });
  expect(await scenario.tryHold(sku, 1, bob)).toMatchObject(overLimit(sku, 2, 1));
  await scenario.cancel(id);
  expect(await counted(sku)).toEqual({ bob: 1 });
  await scenario.returnUnits(id, { lines: [{ sku, quantity: 1 }] });
  expect(await counted(sku)).toEqual({ bob: 0 });
  expect(await scenario.tryHold(sku, 2, bob)).toMatchObject({ status: 201 });
});

test('a limit that is set later counts what there is since then, or since the time that is given', async () => {
  const sku = await scenario.newSku(90);
  const cat = { customer_id: 'cat' };
  const before = await scenario.hold(sku, 3, cat);
  await scenario.confirm(before.id);
  const first = await putSku(sku, { max_per_customer: 2 });
  const { customer_limit_since } = first.body as { customer_limit_since: string };
  expect(Date.parse(customer_limit_since)).toBeGreaterThanOrEqual(Date.parse(before.created_at));
  expect(await scenario.tryHold(sku, 2, cat)).toMatchObject({ status: 201 });
  expect(await scenario.tryHold(sku, 1, cat)).toMatchObject(overLimit(sku, 2, 1));
  expect(await putSku(sku, { customer_limit_since: '2020-01-01T01:00:00+01:00' })).toMatchObject({
    body: { customer_limit_since: '2020-01-01T00:00:00.000Z' },
  });
  expect(await scenario.tryHold(sku, 1, cat)).toMatchObject(overLimit(sku, 5, 1));
  await scenario.cancel(before.id);
  expect(await counted(sku)).toEqual({ cat: 2 });
  expect(await putSku(sku, { customer_limit_since: null })).toMatchObject({
    body: { customer_limit_since },
  });
  expect(await putSku(sku, { max_per_customer: null })).toMatchObject({ body: { max_per_customer: null } });
  expect(await scenario.tryHold(sku, 9)).toMatchObject({ status: 201 });
});

test('units are counted while there is no limit, once there was one', async () => {
  const sku = await limitedSku();
  await putSku(sku, { max_per_customer: null });
  const { id } = await scenario.hold(sku, 5, { customer_id: 'dan' });
  await putSku(sku, { max_per_customer: 4 });
  expect(await scenario.tryHold(sku, 1, { customer_id: 'dan' })).toMatchObject(overLimit(sku, 5, 1, 4));
  await scenario.release(id);
  expect(await counted(sku)).toEqual({ dan: 0 });
});

test('a counter that is deleted is counted anew', async () => {
  const sku = await limitedSku();
  const { id } = await scenario.hold(sku, 2, { customer_id: 'eve' });
  await scenario.sql.query('DELETE FROM customer_counters WHERE sku = $1', [sku]);
  expect(await scenario.tryHold(sku, 1, { customer_id: 'eve' })).toMatchObject(overLimit(sku, 2, 1));
  await scenario.sql.query('DELETE FROM customer_counters WHERE sku = $1', [sku]);
  await scenario.release(id);
  expect(await counted(sku)).toEqual({ eve: 0 });
});

test('a customer who is named later gets what the reservation has', async () => {
  const sku = await scenario.newSku(9);
  const unnamed = await scenario.hold(sku, 2);
  await putSku(sku, { max_per_customer: 2, customer_limit_since: SINCE_EVER });
  await scenario.hold(sku, 1, { customer_id: 'fay' });
  expect(await scenario.patch(unnamed.id, { customer_id: 'fay' })).toMatchObject(overLimit(sku, 1, 2));
  expect(await scenario.patch(unnamed.id, { customer_id: 'gus' })).toMatchObject({ status: 200 });
  expect(await counted(sku)).toEqual({ fay: 1, gus: 2 });
});

/** @throws always */
function never(): never {
  throw new Error('there are fewer calls');
}

const CUSTOMERS = 100;
const AT_ONCE = 10;

test('100 customers with 20 calls each have two units each, raced over three APIs by every call that adds units', async () => {
  const sku = await scenario.newSku(9_000);
  const apis = [scenario.api, await scenario.openApi(), await scenario.openApi()];
  const customers = Array.from({ length: CUSTOMERS }, (_, number) => `racer-${number}`);
  const hold = (customer_id?: string) => ({ lines: [{ sku, quantity: 1 }], customer_id, ttl_seconds: 3_600 });
  const createAll = async (bodies: readonly object[]): Promise<readonly string[]> => {
    const { body } = await scenario.api.call('post', '/v1/reservations/batch', { reservations: bodies });
    return (body as { results: { reservation: { id: string } }[] }).results.map(
      (each) => each.reservation.id,
    );
  };
  const unnamed = await createAll(customers.flatMap(() => [hold(), hold(), hold()]));
  const expired = await createAll(customers.flatMap((each) => [hold(each), hold(each), hold(each)]));
  await scenario.sql.query(
    "UPDATE reservations SET expires_at = created_at + interval '1 ms' WHERE id = ANY($1::uuid[])",
    [expired],
  );
  await putSku(sku, { max_per_customer: 2, customer_limit_since: SINCE_EVER });

  /** The twenty calls of a customer, each by another API than the one before. */
  const callsOf = (number: number) => {
    const customer_id = customers[number] ?? '';
    const own = (ids: readonly string[]) => ids.slice(3 * number, 3 * number + 3);
    const calls = [
      ...own(unnamed).map((id) => ['patch', `/v1/reservations/${id}`, { customer_id }] as const),
      ...own(expired).map(
        (id) => ['post', `/v1/reservations/${id}/confirm`, { on_expired: 'reacquire' }] as const,
      ),
      ...Array.from({ length: 8 }, () => ['post', '/v1/reservations', hold(customer_id)] as const),
      ...Array.from({ length: 6 }, (_, index) => {
        const lines = [{ sku, quantity: 1 + (index % 2) }];
        return ['put', `/v1/carts/${customer_id}-${index % 3}/reservation`, { lines, customer_id }] as const;
      }),
    ];
    return calls.map(
      ([method, path, body], index) =>
        () =>
          untilServed(() => (apis[(number + index) % apis.length] ?? scenario.api).call(method, path, body)),
    );
  };
  for (let from = 0; from < CUSTOMERS; from += AT_ONCE) {
    const calls = customers.slice(from, from + AT_ONCE).flatMap((_, index) => callsOf(from + index));
    const replies = repliesOf(await together(calls.length, (index) => (calls[index] ?? never)()));
    const others = replies.filter(({ status }) => status !== 200 && status !== 201 && status !== 409);
    expect(others).toEqual([]);
  }

  const { rows } = await scenario.sql.query<{ customer_id: string; units: number }>(
    `SELECT customer_id, sum(line.quantity)::integer AS units
     FROM reservations
     JOIN reservation_lines line ON line.reservation_id = reservations.id
     WHERE line.sku = $1
       AND customer_id IS NOT NULL
       AND status IN ('held', 'confirmed')
     GROUP BY customer_id`,
    [sku],
  );
  expect(rows.filter(({ units }) => units !== 2)).toEqual([]);
  expect(rows).toHaveLength(CUSTOMERS);
  expect(new Set(Object.values(await counted(sku)))).toEqual(new Set([2]));
});

test('a reservation that a limit refuses holds nothing', async () => {
  const [sku, other] = [await limitedSku(1), await scenario.newSku(5)];
  const lines = [
    { sku: other, quantity: 1 },
    { sku, quantity: 2 },
  ];
  const reply = await scenario.create({ lines, customer_id: 'hal' });
  expect(reply).toMatchObject(overLimit(sku, 0, 2, 1));
  expect(await scenario.counters(other)).toEqual([5, 0, 0]);
  const partial = await scenario.create({ lines, customer_id: 'hal', if_short: 'partial' });
  expect(partial).toMatchObject(overLimit(sku, 0, 2, 1));
  expect(parsed(await scenario.create({ lines: [lines[0]], customer_id: 'hal' })).status).toBe('held');
});
