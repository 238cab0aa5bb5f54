import {
  codeOf,
  confirm,
  line,
  orderCancelled,
  putCart,
  release,
  reserve,
} from '@holdfast/testing/vocabulary';
import { iso, level, NOTHING, NOW, published, Scenario } from '../fixtures/scenario.ts';

const shop = () => new Scenario([level('MUG', 10), level('TEE', 3)]);
const create = (reservationId: string) => ({ ...putCart('', []).create, reservationId });
const withCart = () => shop().after(putCart('c-1', [line('MUG', 3)], { create: create('r1') }));

test('a cart without a hold gets one', () => {
  const scenario = shop();
  const { outcome, changes } = scenario.submit(
    putCart('c-1', [line('MUG', 3)], {
      create: create('r1'),
      orderId: 'o-1',
      customerId: 'cu-1',
      source: 'web',
      metadata: { channel: 'app' },
    }),
  );
  expect(outcome).toMatchObject({
    created: true,
    reservation: {
      id: 'r1',
      status: 'held',
      cart_id: 'c-1',
      order_id: 'o-1',
      customer_id: 'cu-1',
      source: 'web',
      metadata: { channel: 'app' },
      expires_at: iso(NOW + 900_000),
    },
  });
  expect(published(changes).events).toEqual(['reserved r1']);
});

test('two calls in one batch make one hold, and the second changes it', () => {
  const scenario = shop();
  const { outcomes } = scenario.decide(
    putCart('c-1', [line('MUG', 3)], { create: create('r1') }),
    putCart('c-1', [line('MUG', 2), line('TEE', 1)], { create: create('r2') }),
  );
  expect(outcomes).toMatchObject([{ created: true }, { created: false, reservation: { id: 'r1' } }]);
  expect(scenario.counters('MUG')).toEqual([10, 2, 0]);
});

test('its hold is the newest that lives, whichever call made it', () => {
  const scenario = shop().after(reserve('r3', [line('MUG')], { cartId: 'c-1' }));
  scenario.passTime(1);
  scenario.after(
    reserve('r2', [line('MUG')], { cartId: 'c-1' }),
    reserve('r5', [line('MUG')], { cartId: 'c-2' }),
    reserve('r4', [line('MUG')], { cartId: 'c-1', ttlSeconds: 1 }),
  );
  scenario.passTime(1);
  const { outcome } = scenario.submit(putCart('c-1', [line('MUG', 2)]));
  expect(outcome).toMatchObject({ created: false, reservation: { id: 'r2' } });
});

test('a hold that was confirmed, released or is over is no longer its', () => {
  const scenario = withCart().after(confirm('r1'));
  expect(scenario.submit(putCart('c-1', [line('MUG')], { create: create('r2') })).outcome).toMatchObject({
    created: true,
  });
  scenario.after(release('r2'));
  expect(scenario.submit(putCart('c-1', [line('MUG')], { create: create('r3') })).outcome).toMatchObject({
    created: true,
  });
  scenario.passTime();
  expect(scenario.submit(putCart('c-1', [line('MUG')], { create: create('r4') })).outcome).toMatchObject({
    created: true,
  });
});

test('order and customer are set once, source and metadata are replaced if given', () => {
  const scenario = withCart();
  const named = { orderId: 'o-1', customerId: 'cu-1', source: 'app', metadata: { a: '1' } };
  const { outcome, changes } = scenario.submit(putCart('c-1', [line('MUG', 3)], named));
  expect(outcome).toMatchObject({
    changed: true,
    reservation: { order_id: 'o-1', customer_id: 'cu-1', source: 'app', metadata: { a: '1' }, version: 2 },
  });
  expect(published(changes).events).toEqual(['changed r1']);
  expect(scenario.submit(putCart('c-1', [line('MUG', 3)], named)).outcome).toMatchObject({ changed: false });
  expect(scenario.submit(putCart('c-1', [line('MUG', 2)])).outcome).toMatchObject({
    reservation: { order_id: 'o-1', source: 'app', metadata: { a: '1' } },
  });
  const other = scenario.submit(putCart('c-1', [line('MUG', 1)], { orderId: 'o-2' }));
  expect(codeOf(other)).toBe('invalid_transition');
  const someone = scenario.submit(putCart('c-1', [line('MUG', 1)], { customerId: 'cu-2' }));
  expect(codeOf(someone)).toBe('invalid_transition');
  expect(someone.changes).toMatchObject(NOTHING);
});

test('a cancelled order is not given to it', () => {
  const scenario = withCart().after(orderCancelled('o-1'));
  expect(codeOf(scenario.submit(putCart('c-1', [line('MUG', 1)], { orderId: 'o-1' })))).toBe(
    'order_cancelled',
  );
});

test('without lines its hold is released, and there is nothing to release twice', () => {
  const scenario = withCart();
  const { outcome, changes } = scenario.submit(putCart('c-1', []));
  expect(outcome).toMatchObject({ created: false, reservation: { id: 'r1', status: 'released' } });
  expect(published(changes)).toEqual({ events: ['released r1'], syncs: ['release r1'] });
  expect(codeOf(scenario.submit(putCart('c-1', [])))).toBe('reservation_not_found');
});

test('too little leaves the hold as it is', () => {
  const scenario = withCart();
  expect(codeOf(scenario.submit(putCart('c-1', [line('MUG', 11)])))).toBe('insufficient_stock');
  expect(scenario.counters('MUG')).toEqual([10, 3, 0]);
});

test('by version, of the hold that there is: none refuses to change it, a version to create one', () => {
  const scenario = withCart();
  const put = (cartId: string, ifVersion: 'none' | readonly number[]) =>
    codeOf(scenario.submit(putCart(cartId, [line('MUG', 1)], { ifVersion })));
  expect(put('c-1', 'none')).toBe('version_conflict');
  expect(put('c-1', [2])).toBe('version_conflict');
  expect(put('c-1', [1])).toBe('ok');
  expect(put('c-2', [1])).toBe('version_conflict');
  expect(put('c-2', 'none')).toBe('ok');
});
