import type { LinePart } from '../commands.ts';
import { cancel, confirm, fulfill, level, line, part, reserve, reserveBatch } from '../fixtures/commands.ts';
import { codeOf, NOTHING, Shop } from '../fixtures/shop.ts';

const named = (parts: readonly LinePart[] | null, fulfillmentId = 'f-1', id = 'r1') =>
  fulfill(id, parts, { fulfillmentId });

/** Six mugs and one tee, confirmed. */
function shopWithConfirmed(): Shop {
  const shop = new Shop([level('MUG', 'EAST', 20), level('TEE', 'EAST', 3)]);
  shop.submit(reserve('r1', [line('MUG', 6), line('TEE', 1)], { ttlSeconds: null }));
  return shop;
}

test('is recorded with what was asked for, and is the movements’ reason', () => {
  const { changes } = shopWithConfirmed().submit(named([part('MUG', 2)]));
  expect(changes.fulfillments).toEqual([
    { reservationId: 'r1', fulfillmentId: 'f-1', parts: [part('MUG', 2)] },
  ]);
  expect(changes.movements.map(({ reason }) => reason)).toEqual(['f-1']);
});

test.each([
  ['the same lines', [part('MUG', 2), part('TEE', 1)]],
  ['the same lines in another order', [part('TEE', 1), part('MUG', 2)]],
  ['the same lines, split', [part('MUG', 1), part('TEE', 1), part('MUG', 1)]],
])('counts once: %s answer as it is now, and change nothing', (_what, again) => {
  const shop = shopWithConfirmed();
  shop.submit(named([part('MUG', 2), part('TEE', 1)]));
  const { outcome, changes } = shop.submit(named(again));
  expect(outcome).toMatchObject({
    ok: true,
    changed: false,
    reservation: { status: 'confirmed', version: 2, lines: [{ fulfilled_quantity: 2 }, {}] },
  });
  expect(changes).toMatchObject(NOTHING);
  expect(shop.counters('MUG', 'EAST')).toEqual([18, 0, 4]);
});

test('counts once also for twins in one batch', () => {
  const shop = shopWithConfirmed();
  const { outcomes, changes } = shop.decide(named([part('MUG', 2)]), named([part('MUG', 2)]));
  expect(outcomes).toMatchObject([
    { ok: true, changed: true },
    { ok: true, changed: false },
  ]);
  expect(changes.fulfillments).toHaveLength(1);
  expect(shop.counters('MUG', 'EAST')).toEqual([18, 0, 4]);
});

test.each([
  ['another quantity', [part('MUG', 3)]],
  ['another SKU', [part('TEE', 1)]],
  ['a line more', [part('MUG', 2), part('TEE', 1)]],
  ['a location, where there was none', [part('MUG', 2, 'EAST')]],
  ['no lines', null],
])('with other lines it is refused: %s', (_what, parts) => {
  const shop = shopWithConfirmed();
  shop.submit(named([part('MUG', 2)]));
  const { outcome, changes } = shop.submit(named(parts));
  expect(codeOf(outcome)).toBe('idempotency_key_reused');
  expect(changes).toMatchObject(NOTHING);
});

test('of all that was left, a repeat with lines is another one', () => {
  const shop = shopWithConfirmed();
  shop.submit(named(null));
  expect(shop.submit(named(null)).outcome).toMatchObject({ ok: true, changed: false });
  expect(codeOf(shop.submit(named([part('MUG', 6), part('TEE', 1)])).outcome)).toBe('idempotency_key_reused');
});

test('is known for ever: also when all is out since', () => {
  const shop = shopWithConfirmed();
  shop.submit(named([part('MUG', 2)]));
  shop.submit(named(null, 'f-2'));
  const { outcome, changes } = shop.submit(named([part('MUG', 2)]));
  expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { status: 'fulfilled' } });
  expect(changes).toMatchObject(NOTHING);
  expect(codeOf(shop.submit(named([part('MUG', 1)])).outcome)).toBe('idempotency_key_reused');
});

test('is known also when the rest has been cancelled since', () => {
  const shop = shopWithConfirmed();
  shop.submit(named([part('MUG', 2)]));
  shop.submit(cancel('r1'));
  expect(shop.submit(named([part('MUG', 2)]))).toMatchObject({
    outcome: { ok: true, changed: false },
    changes: NOTHING,
  });
});

test('of a live hold counts once too', () => {
  const shop = new Shop([level('MUG', 'EAST', 20)]);
  shop.submit(reserve('r1', [line('MUG', 6)]));
  shop.submit(named([part('MUG', 2)]));
  expect(shop.submit(named([part('MUG', 2)])).outcome).toMatchObject({ ok: true, changed: false });
  expect(shop.submit(confirm('r1')).outcome).toMatchObject({ ok: true, changed: false });
  expect(shop.counters('MUG', 'EAST')).toEqual([18, 0, 4]);
});

test('another one counts for itself', () => {
  const shop = shopWithConfirmed();
  shop.submit(named([part('MUG', 2)]));
  shop.submit(named([part('MUG', 2)], 'f-2'));
  expect(shop.counters('MUG', 'EAST')).toEqual([16, 0, 2]);
});

test('is of its reservation: another one may use the same', () => {
  const shop = shopWithConfirmed();
  shop.submit(reserveBatch([reserve('r2', [line('MUG', 4)], { ttlSeconds: null })]));
  shop.submit(named([part('MUG', 2)]));
  expect(shop.submit(named([part('MUG', 1)], 'f-1', 'r2')).outcome).toMatchObject({
    ok: true,
    changed: true,
  });
});

test('a fulfillment that was refused is not recorded: the id can be used again', () => {
  const shop = shopWithConfirmed();
  expect(codeOf(shop.submit(named([part('MUG', 7)])).outcome)).toBe('quantity_exceeds_remaining');
  expect(shop.submit(named([part('MUG', 6)])).outcome).toMatchObject({ ok: true, changed: true });
});
