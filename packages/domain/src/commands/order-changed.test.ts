import {
  confirm,
  line,
  orderCancelled,
  orderChanged,
  orderCreated,
  reserve,
} from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';

const scenario = () => new Scenario([level('MUG', 10)]);
const hold = (id: string) => reserve(id, [line('MUG', 2)], { orderId: 'o-1' });
const changed = (quantity: number) => orderChanged('o-1', [line('MUG', quantity)]);

function resultOf({ outcome }: ReturnType<Scenario['submit']>) {
  if (!outcome.ok) return outcome.refusal.code;
  if (!('order' in outcome)) throw new Error('it is not about an order');
  return outcome.order;
}

test.each([
  ['more', 5, [10, 5, 0]],
  ['less', 1, [10, 1, 0]],
])('the hold of the order gets %s', (_name, quantity, counters) => {
  const one = scenario().after(hold('r1'));
  expect(resultOf(one.submit(changed(quantity)))).toMatchObject({
    effects: [{ reservationId: 'r1', effect: 'changed' }],
    refusal: null,
  });
  const { onHand, reserved, allocated } = one.level('MUG', 'EAST');
  expect([onHand, reserved, allocated]).toEqual(counters);
});

test('a confirmed order is changed too', () => {
  const one = scenario().after(hold('r1'), confirm('r1'));
  one.submit(changed(3));
  expect(one.level('MUG', 'EAST')).toMatchObject({ reserved: 0, allocated: 3 });
});

test('the same lines change nothing, and the answer says why', () => {
  expect(resultOf(scenario().after(hold('r1')).submit(changed(2)))).toMatchObject({
    effects: [],
    note: 'Reservation r1 has these lines already.',
  });
});

test('an order without a reservation is treated as created, and a cancelled one gets nothing', () => {
  expect(resultOf(scenario().submit(changed(2)))).toEqual(
    resultOf(scenario().submit(orderCreated('o-1', [line('MUG', 2)]))),
  );
  expect(resultOf(scenario().after(orderCancelled('o-1')).submit(changed(2)))).toMatchObject({ effects: [] });
});

test('which of several is meant is not known: the event is dead', () => {
  expect(resultOf(scenario().after(hold('r1'), hold('r2')).submit(changed(3)))).toBe('invalid_transition');
});

test('if stock is short, nothing changes and the refusal is published', () => {
  const one = scenario().after(hold('r1'));
  const { changes, ...submitted } = one.submit(changed(11));
  expect(resultOf({ changes, ...submitted })).toMatchObject({
    effects: [{ reservationId: null, effect: 'refused' }],
    refusal: { code: 'insufficient_stock' },
  });
  expect(changes.events.map(({ type }) => type)).toEqual(['warehouse.inventory.reservation_refused']);
  expect(one.level('MUG', 'EAST')).toMatchObject({ reserved: 2 });
});
