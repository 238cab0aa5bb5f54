/*
 * TigerBeetle resolves a pending transfer at most once: it is posted in full or in part, and the rest returns, or
 * it is voided. A void of a transfer that it does not know yet is refused, so its clients must not let a void
 * overtake the transfer. Holdfast remembers such a withdrawal, and refuses the create that comes later: a saga
 * whose call got no answer can undo it without knowing whether it arrived.
 */
import { newId } from '@holdfast/ledger';
import { together, untilServed } from '@holdfast/testing';
import { parsed, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';
import { effectsOf, stockOf } from '../testing/stock-effects.ts';

const scenario = scenarioOfSuite();

const linesOf = (sku: string, quantity: number) => [{ sku, quantity }];

test('a void that comes before its pending transfer is remembered, and the transfer takes nothing', async () => {
  const sku = await scenario.newSku(5);
  const id = newId();
  expect(await scenario.withdraw(id)).toMatchObject({
    status: 200,
    body: { status: 'withdrawn', lines: [] },
  });
  const late = refused(409, 'reservation_withdrawn', { current_status: 'withdrawn' });
  expect(await scenario.put(id, { lines: linesOf(sku, 2) })).toMatchObject(late);
  expect(await stockOf(scenario, sku)).toEqual({ available: 5, EAST: [5, 0, 0] });
  expect(await effectsOf(scenario, id)).toEqual({ movements: [], events: [], syncs: [] });
  const payment = { on_expired: 'reacquire', payment_reference: 'pay-1' };
  expect(await scenario.confirm(id, payment)).toMatchObject(late);
  expect((await effectsOf(scenario, id)).events).toEqual(['confirm_refused']);
});

test('a void that comes after it gives all units back, and a post that comes later is refused', async () => {
  const sku = await scenario.newSku(5);
  const id = newId();
  const body = { lines: linesOf(sku, 2) };
  expect(await scenario.put(id, body)).toMatchObject({ status: 201, body: { id, status: 'held' } });
  expect(await scenario.put(id, body)).toMatchObject({ status: 200, body: { version: 1 } });
  const voided = await scenario.withdraw(id, { reason: 'saga failed' });
  expect(voided).toMatchObject({ status: 200, body: { status: 'released', release_reason: 'saga failed' } });
  expect((await scenario.withdraw(id)).body).toEqual(voided.body);
  expect(await scenario.confirm(id)).toMatchObject(refused(409, 'reservation_withdrawn'));
  expect(await scenario.put(id, body)).toMatchObject(refused(409, 'reservation_withdrawn'));
  expect(await stockOf(scenario, sku)).toEqual({ available: 5, EAST: [5, 0, 0] });
  expect((await effectsOf(scenario, id)).events).toEqual(['reserved', 'released', 'confirm_refused']);
});

test('a void of one client and the transfer of another, at once: afterwards nothing is held', async () => {
  const other = await scenario.openApi();
  const sku = await scenario.newSku(100);
  const ids = Array.from({ length: 20 }, () => newId());
  const settled = await together(40, (index) => {
    const id = ids[index >> 1] ?? '';
    return untilServed(() =>
      index % 2 === 0 ? scenario.put(id, { lines: linesOf(sku, 2) }) : other.withdraw(id),
    );
  });
  const replies = repliesOf(settled);
  expect(replies.filter((_, index) => index % 2 === 1).map(({ status }) => status)).toEqual(
    Array<number>(20).fill(200),
  );
  for (const [place, id] of ids.entries()) {
    const cameInTime = replies[2 * place]?.status !== 409;
    expect((await scenario.read(id)).status).toBe(cameInTime ? 'released' : 'withdrawn');
  }
  expect(await scenario.counters(sku)).toEqual([100, 0, 0]);
});

test('a part is posted and the rest returns, once', async () => {
  const sku = await scenario.newSku({ EAST: 2, WEST: 5 });
  const { id } = await scenario.hold(sku, 4);
  const part = { lines: linesOf(sku, 3), payment_reference: 'pay-1' };
  const posted = await scenario.confirm(id, part);
  expect(posted).toMatchObject({
    status: 200,
    body: { status: 'confirmed', lines: [{ quantity: 4, confirmed_quantity: 3 }] },
  });
  expect(await stockOf(scenario, sku)).toEqual({ available: 4, EAST: [2, 0, 2], WEST: [5, 0, 1] });
  expect((await scenario.confirm(id, part)).body).toEqual(posted.body);
  expect(await scenario.confirm(id, { lines: linesOf(sku, 4) })).toMatchObject(
    refused(409, 'invalid_transition', { current_status: 'confirmed' }),
  );
  expect(await effectsOf(scenario, id)).toMatchObject({
    events: ['reserved', 'confirmed'],
    syncs: [
      {
        action: 'confirm',
        lines: [
          { sku, location: 'EAST', quantity: 2 },
          { sku, location: 'WEST', quantity: 1 },
        ],
      },
    ],
  });
});

test('more than is pending is not posted, and the hold stays', async () => {
  const sku = await scenario.newSku(5);
  const { id } = await scenario.hold(sku, 2);
  expect(await scenario.confirm(id, { lines: linesOf(sku, 3) })).toMatchObject(
    refused(409, 'quantity_exceeds_remaining', { lines: [{ sku, requested: 3, remaining: 2 }] }),
  );
  expect(await scenario.read(id)).toMatchObject({ status: 'held', version: 1 });
});

test('a release of a posted transfer is refused; a withdraw cancels it and ends its shipment', async () => {
  const sku = await scenario.newSku(5);
  const { id } = await scenario.confirmed(sku, 2);
  expect(await scenario.release(id)).toMatchObject(
    refused(409, 'invalid_transition', { current_status: 'confirmed' }),
  );
  const { status, withdrawn_at } = parsed(await scenario.withdraw(id));
  expect([status, withdrawn_at]).toEqual(['cancelled', expect.any(String)]);
  expect(await stockOf(scenario, sku)).toEqual({ available: 5, EAST: [5, 0, 0] });
  expect((await effectsOf(scenario, id)).syncs).toMatchObject([
    { action: 'confirm', ends_reservation: false },
    { action: 'cancel', lines: linesOf(sku, 2), ends_reservation: true },
  ]);
});
