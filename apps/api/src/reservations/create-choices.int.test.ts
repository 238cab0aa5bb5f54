import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { resultsOf, sendBatch } from '../testing/batch-calls.ts';
import { created, sendEvents, shortly } from '../testing/order-events.ts';

// The options of a create besides its lines: locations, the reaction to too little stock, customer, payment.

const scenario = scenarioOfSuite();

const invalid = (path: string) => refused(400, 'validation_failed', { errors: [{ path }] });

describe('notify_before_seconds', () => {
  test('is shown, and is no choice of what is confirmed at once', async () => {
    const sku = await scenario.newSku(5);
    const plain = await scenario.hold(sku);
    expect(plain.notify_before_seconds).toBeNull();
    const { id } = await scenario.hold(sku, 1, { notify_before_seconds: 60 });
    expect(await scenario.read(id)).toMatchObject({ notify_before_seconds: 60 });
    expect(await scenario.rows('expiry_notices WHERE reservation_id = $1', [id])).toBe(1);
    const confirmed = await scenario.tryHold(sku, 1, { notify_before_seconds: 60, confirm: true });
    expect(confirmed).toMatchObject(invalid('notify_before_seconds'));
    expect(await scenario.tryHold(sku, 1, { notify_before_seconds: 0 })).toMatchObject(
      invalid('notify_before_seconds'),
    );
  });

  test('of a cart stays as it is unless it is given', async () => {
    const sku = await scenario.newSku(5);
    const put = async (more: object) => {
      const reply = await scenario.api.call('put', '/v1/carts/c-notify/reservation', {
        lines: [{ sku, quantity: 1 }],
        ...more,
      });
      return parsed(reply).notify_before_seconds;
    };
    expect(await put({ notify_before_seconds: 60 })).toBe(60);
    expect(await put({})).toBe(60);
    expect(await put({ notify_before_seconds: 90 })).toBe(90);
    expect(await put({ notify_before_seconds: null })).toBeNull();
  });
});

describe('locations', () => {
  test('give in the order of the list, and are shown', async () => {
    const sku = await scenario.newSku({ EAST: 5, WEST: 2 });
    const reply = await scenario.tryHold(sku, 4, { locations: ['WEST', 'EAST'] });
    expect(reply).toMatchObject({
      status: 201,
      body: {
        locations: ['WEST', 'EAST'],
        lines: [
          {
            allocations: [
              { location: 'WEST', quantity: 2 },
              { location: 'EAST', quantity: 2 },
            ],
          },
        ],
      },
    });
    const { id } = parsed(reply);
    expect(await scenario.read(id)).toEqual(reply.body);
  });

  test('are the only ones that give, for pinned lines and when a hold is reacquired', async () => {
    const sku = await scenario.newSku({ EAST: 5, WEST: 2 });
    expect(await scenario.tryHold(sku, 3, { locations: ['WEST'] })).toMatchObject(
      refused(409, 'insufficient_stock', { lines: [{ sku, requested: 3, available: 2 }] }),
    );
    const { id } = await scenario.hold(sku, 2, { locations: ['WEST'] });
    await scenario.makeDue(id);
    await scenario.hold(sku, 1, { locations: ['WEST', 'EAST'] });
    expect(await scenario.confirm(id, { on_expired: 'reacquire' })).toMatchObject(
      refused(409, 'insufficient_stock', { lines: [{ sku, requested: 2, available: 1 }] }),
    );
    const lines = [{ sku, quantity: 1, location: 'EAST' }];
    expect(await scenario.create({ lines, locations: ['WEST'] })).toMatchObject(invalid('lines.0.location'));
  });

  test('have to exist, in a batch and in an event, too', async () => {
    const sku = await scenario.newSku(5);
    const locations = ['EAST', 'MOON'];
    expect(await scenario.tryHold(sku, 1, { locations })).toMatchObject(refused(422, 'unknown_location'));
    const batch = await sendBatch(scenario.api, [{ lines: [{ sku, quantity: 1 }], locations }]);
    expect(resultsOf(batch)).toMatchObject([{ status: 422, problem: { code: 'unknown_location' } }]);
    const results = await sendEvents(
      scenario.api,
      created('o-moon', [{ sku, quantity: 1 }], { locations }),
      created('o-east', [{ sku, quantity: 1 }], { locations: ['EAST'], customer_id: 'cu-9' }),
    );
    expect(shortly(results)).toEqual(['dead unknown_location', 'processed']);
    const { body } = await scenario.api.call('get', '/v1/reservations?customer_id=cu-9');
    expect(body).toMatchObject({ data: [{ order_id: 'o-east', locations: ['EAST'] }] });
  });
});

describe('if_short: partial', () => {
  test('holds the available units, and the requested quantity stays known through confirm and fulfill', async () => {
    const [sku, none] = [await scenario.newSku({ EAST: 2, WEST: 1 }), await scenario.newSku(0)];
    const lines = [
      { sku, quantity: 5 },
      { sku: none, quantity: 2 },
    ];
    const reply = await scenario.create({ lines, if_short: 'partial' });
    const shown = [
      { sku, quantity: 3, requested_quantity: 5 },
      { sku: none, quantity: 0, requested_quantity: 2, allocations: [] },
    ];
    expect(reply).toMatchObject({ status: 201, body: { if_short: 'partial', lines: shown } });
    const { id } = parsed(reply);
    expect(await scenario.read(id)).toEqual(reply.body);
    expect(await scenario.confirm(id)).toMatchObject({ status: 200, body: { lines: shown } });
    expect(await scenario.fulfill(id)).toMatchObject({ body: { status: 'fulfilled', lines: shown } });
    expect(await scenario.counters(sku)).toEqual([0, 0, 0]);
  });

  test('is reacquired as much as it had', async () => {
    const sku = await scenario.newSku(2);
    const { id } = parsed(await scenario.tryHold(sku, 5, { if_short: 'partial' }));
    await scenario.setStock(sku, 9);
    await scenario.makeDue(id);
    expect(await scenario.confirm(id, { on_expired: 'reacquire' })).toMatchObject({
      body: { lines: [{ quantity: 2, requested_quantity: 5, confirmed_quantity: 2 }] },
    });
  });

  test('is refused for nothing at all, an unknown SKU and a limit', async () => {
    const [sku, limited] = [await scenario.newSku(0), await scenario.newSku(5)];
    await scenario.api.call('put', `/v1/skus/${limited}`, { max_per_reservation: 2 });
    const partial = { if_short: 'partial' };
    expect(await scenario.tryHold(sku, 1, partial)).toMatchObject(
      refused(409, 'insufficient_stock', { lines: [{ sku, requested: 1, available: 0 }] }),
    );
    expect(await scenario.tryHold(limited, 3, partial)).toMatchObject(
      refused(422, 'quantity_limit_exceeded'),
    );
    expect(await scenario.tryHold('NO-SUCH-SKU', 1, partial)).toMatchObject(refused(422, 'unknown_sku'));
  });

  test('goes with the sourcing split only, and not with confirm', async () => {
    const sku = await scenario.newSku(5);
    for (const sourcing of ['no_split', 'single_location', 'prefer_single_location']) {
      const reply = await scenario.tryHold(sku, 1, { if_short: 'partial', sourcing });
      expect(reply).toMatchObject(invalid('if_short'));
    }
    const atOnce = await scenario.tryHold(sku, 1, { if_short: 'partial', confirm: true });
    expect(atOnce).toMatchObject(invalid('if_short'));
  });

  test('never takes more than there is, however many ask at once', async () => {
    const sku = await scenario.newSku({ EAST: 7, WEST: 6 });
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => scenario.tryHold(sku, 3, { if_short: 'partial' })),
    );
    const taken = replies
      .filter(({ status }) => status === 201)
      .map((reply) => parsed(reply).lines[0]?.quantity ?? 0);
    expect(taken.toSorted((a, b) => a - b)).toEqual([1, 3, 3, 3, 3]);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(3);
  });
});

test('prefer_single_location takes one location that has all, and else splits', async () => {
  const [sku, other] = [await scenario.newSku({ EAST: 3, WEST: 3 }), await scenario.newSku({ WEST: 1 })];
  const lines = [
    { sku, quantity: 2 },
    { sku: other, quantity: 1 },
  ];
  const sourcing = 'prefer_single_location';
  expect(await scenario.create({ lines, sourcing })).toMatchObject({
    body: { sourcing, lines: [{ allocations: [{ location: 'WEST', quantity: 2 }] }, {}] },
  });
  expect(await scenario.tryHold(sku, 4, { sourcing })).toMatchObject({
    body: { lines: [{ allocations: [{ location: 'EAST' }, { location: 'WEST' }] }] },
  });
});

test('a payment reference goes with confirm, and is that of the reservation', async () => {
  const sku = await scenario.newSku(5);
  const payment_reference = 'pay-1';
  expect(await scenario.tryHold(sku, 1, { payment_reference })).toMatchObject(invalid('payment_reference'));
  expect(await scenario.confirmed(sku, 1, { payment_reference })).toMatchObject({
    status: 'confirmed',
    payment_reference,
  });
});

test('a customer is named by the reservation, and found by that name', async () => {
  const sku = await scenario.newSku(5);
  const reservation = await scenario.hold(sku, 1, { customer_id: 'cu-5' });
  expect(reservation.customer_id).toBe('cu-5');
  const { body } = await scenario.api.call('get', '/v1/reservations?customer_id=cu-5');
  expect(body).toMatchObject({ data: [{ id: reservation.id }] });
});

test('a key that an earlier release has stored still fits a create that chooses nothing', async () => {
  const sku = await scenario.newSku(5);
  const headers = { 'Idempotency-Key': `key-of-${sku}` };
  const first = await scenario.tryHold(sku, 1, {}, headers);
  const again = await scenario.tryHold(sku, 1, { if_short: 'reject' }, headers);
  expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' }, body: first.body });
  const other = await scenario.tryHold(sku, 1, { if_short: 'partial' }, headers);
  expect(other).toMatchObject(refused(422, 'idempotency_key_reused'));
});
