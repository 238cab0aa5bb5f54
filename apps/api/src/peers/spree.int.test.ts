/*
 * Spree reserves the lines of a cart again at every change, and a touch moves the end of all of its
 * reservations, so that one which has expired lives again, even if its units were sold in the meantime. In
 * Holdfast a hold is over at `expires_at`, and no touch brings it back: its units are reserved again only by a
 * call that looks whether they are there, which is the cart's PUT (a new hold) or a confirm with `reacquire`.
 *
 * Spree fills backordered units by itself when stock comes in. Here the list of promises says whom the stock on
 * hand reaches, and the caller fulfills.
 */
import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { effectsOf, stockOf } from '../testing/stock-effects.ts';

const scenario = scenarioOfSuite();

const line = (sku: string, quantity: number) => ({ sku, quantity });

/** A hold of a cart that has just ended; no job has given its units back. */
async function endedHold(cartId: string, onHand = 3) {
  const sku = await scenario.newSku(onHand);
  const { id } = parsed(await scenario.putCart(cartId, [line(sku, 3)]));
  await scenario.makeDue(id);
  return { id, sku };
}

test('a cart whose hold has ended is reserved again by its next change, as a new hold', async () => {
  const { id, sku } = await endedHold('again');
  expect(await scenario.readCart('again')).toMatchObject(refused(404, 'reservation_not_found'));
  const reply = await scenario.putCart('again', [line(sku, 3)]);
  expect(reply).toMatchObject({ status: 201, body: { status: 'held', extensions: 0, version: 1 } });
  expect(parsed(reply).id).not.toBe(id);
  expect(await scenario.read(id)).toMatchObject({ status: 'expired' });
  expect(await stockOf(scenario, sku)).toEqual({ available: 0, EAST: [3, 3, 0] });
  expect(await effectsOf(scenario, id)).toMatchObject({
    movements: [
      ['reserve', sku, 'EAST', { reserved: 3 }],
      ['expire', sku, 'EAST', { reserved: -3 }],
    ],
    events: ['reserved', 'expired', 'released'],
  });
});

test('a change that is made in time keeps the end of the hold, and moves it with `renew`', async () => {
  const sku = await scenario.newSku(5);
  const { id, expires_at } = parsed(await scenario.putCart('in-time', [line(sku, 3)], { ttl_seconds: 60 }));
  expect(await scenario.putLines(id, [line(sku, 2)])).toMatchObject({
    status: 200,
    body: { expires_at, extensions: 0 },
  });
  const renewed = parsed(
    await scenario.putCart('in-time', [line(sku, 2)], { renew: true, ttl_seconds: 600 }),
  );
  expect(renewed).toMatchObject({ id, extensions: 1, lines: [{ quantity: 2 }] });
  expect(Date.parse(renewed.expires_at ?? '')).toBeGreaterThan(Date.parse(expires_at ?? ''));
});

test('no touch brings a hold back that has ended', async () => {
  const { id, sku } = await endedHold('no-touch');
  const ended = refused(409, 'reservation_expired', { current_status: 'expired' });
  expect(await scenario.extend(id)).toMatchObject(ended);
  expect(await scenario.putLines(id, [line(sku, 3)], { renew: true })).toMatchObject(ended);
  expect(await scenario.putLines(id, [line(sku, 1)])).toMatchObject(ended);
  expect(await scenario.reallocate(id, { lines: [{ sku, from: 'EAST' }] })).toMatchObject(ended);
  expect(await scenario.confirm(id)).toMatchObject(ended);
  expect(await scenario.patch(id, { metadata: { note: 'seen' } })).toMatchObject({
    status: 200,
    body: { status: 'expired', metadata: { note: 'seen' } },
  });
  expect(await stockOf(scenario, sku)).toEqual({ available: 3, EAST: [3, 0, 0] });
});

test('a rival gets the units at once, though no job has run, and a touch takes nothing from it', async () => {
  const { id, sku } = await endedHold('overtaken');
  const { id: rival } = await scenario.hold(sku, 3);
  expect(await scenario.extend(id)).toMatchObject(refused(409, 'reservation_expired'));
  expect(await scenario.putCart('overtaken', [line(sku, 1)])).toMatchObject(
    refused(409, 'insufficient_stock', { lines: [{ sku, requested: 1, available: 0 }] }),
  );
  expect(await scenario.read(rival)).toMatchObject({ status: 'held', lines: [{ quantity: 3 }] });
  expect(await scenario.counters(sku)).toEqual([3, 3, 0]);
});

test('a payment that comes late reserves the units again if they are there', async () => {
  const { id, sku } = await endedHold('late');
  expect(await scenario.confirm(id, { on_expired: 'reacquire', payment_reference: 'pay-1' })).toMatchObject({
    status: 200,
    body: { status: 'confirmed', payment_reference: 'pay-1', lines: [{ confirmed_quantity: 3 }] },
  });
  expect(await effectsOf(scenario, id)).toMatchObject({
    movements: [
      ['reserve', sku, 'EAST', { reserved: 3 }],
      ['expire', sku, 'EAST', { reserved: -3 }],
      ['confirm', sku, 'EAST', { allocated: 3 }],
    ],
    events: ['reserved', 'expired', 'released', 'confirmed'],
  });
});

test('a payment that comes too late is refused, and the hold stays over', async () => {
  const { id, sku } = await endedHold('too-late');
  await scenario.hold(sku, 1);
  const late = { on_expired: 'reacquire', payment_reference: 'pay-1' };
  const sold = refused(409, 'insufficient_stock', { lines: [{ sku, requested: 3, available: 2 }] });
  expect(await scenario.confirm(id, late)).toMatchObject(sold);
  expect(await scenario.read(id)).toMatchObject({ status: 'expired', payment_reference: null });
  expect(await scenario.counters(sku)).toEqual([3, 1, 0]);
  expect((await effectsOf(scenario, id)).events).toEqual([
    'reserved',
    'expired',
    'released',
    'confirm_refused',
  ]);
});

test('backordered units are filled by what arrives, the oldest order first', async () => {
  const sku = await scenario.newSku(1);
  await scenario.setStock(sku, 1, 'EAST', { backorder_limit: 5 });
  const orders = [
    await scenario.confirmed(sku, 2),
    await scenario.confirmed(sku, 1),
    await scenario.confirmed(sku, 1),
  ];
  const covered = async () => {
    const { body } = await scenario.api.call('get', `/v1/stock-levels/${sku}/EAST/promises`);
    const { data } = body as { data: { reservation_id: string; covered: boolean }[] };
    expect(data.map((each) => each.reservation_id)).toEqual(orders.map(({ id }) => id));
    return data.map((each) => each.covered);
  };
  expect(await covered()).toEqual([false, false, false]);
  await scenario.setStock(sku, 3);
  expect(await covered()).toEqual([true, true, false]);
  expect(await scenario.fulfill(orders[0]?.id ?? '')).toMatchObject({ status: 200 });
  expect(await scenario.counters(sku)).toEqual([1, 0, 2]);
});
