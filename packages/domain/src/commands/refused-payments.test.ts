import {
  cancel,
  codeOf,
  confirm,
  line,
  orderCancelled,
  orderPaid,
  patch,
  release,
  reserve,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario } from '../fixtures/scenario.ts';

const pay1 = { paymentReference: 'pay-1' };
const reacquire = { onExpired: 'reacquire' } as const;

/** An expired hold `r1` of 4 mugs for an order. */
function late(): Scenario {
  const scenario = new Scenario([level('MUG', 10)]).after(
    reserve('r1', [line('MUG', 4)], { orderId: 'o-1' }),
  );
  scenario.passTime();
  return scenario;
}

/** The payment, `final` and the code of each published refusal. */
const refusedIn = (scenario: Scenario, command: Parameters<Scenario['submit']>[0]) =>
  scenario.submit(command).changes.refusals.map(({ id, changed }) => {
    if (!changed || !('final' in changed)) throw new Error('no payment was refused');
    return { id, refused: [changed.payment_reference, changed.final, changed.refusal.code] };
  });

const confirmedIn = (scenario: Scenario, command: Parameters<Scenario['submit']>[0]) =>
  scenario.submit(command).changes.events.filter(({ type }) => type === 'warehouse.inventory.confirmed');

describe('a late payment', () => {
  test('is not refused for good while a reacquire may succeed, and the `confirmed` that follows has after_refusal', () => {
    const scenario = late();
    expect(refusedIn(scenario, confirm('r1', pay1))).toMatchObject([
      { refused: ['pay-1', false, 'reservation_expired'] },
    ]);
    expect(confirmedIn(scenario, confirm('r1', { ...pay1, ...reacquire }))).toMatchObject([
      { data: { payment_reference: 'pay-1' }, changed: { after_refusal: true } },
    ]);
  });

  test('whose reacquire is refused is refused a second time, for good, with an id of its own', () => {
    const scenario = late();
    const [first] = refusedIn(scenario, confirm('r1', pay1));
    scenario.submit(setStock('MUG', 3));
    const [second] = refusedIn(scenario, confirm('r1', { ...pay1, ...reacquire }));
    expect(second?.refused).toEqual(['pay-1', true, 'insufficient_stock']);
    expect(second?.id).not.toBe(first?.id);
  });

  test('is not refused where the call names more than the reservation has: the caller corrects its lines', () => {
    const scenario = late();
    const tooMany = { ...pay1, ...reacquire, parts: [{ sku: 'MUG', location: null, quantity: 5 }] };
    expect(refusedIn(scenario, confirm('r1', tooMany))).toEqual([]);
    expect(confirmedIn(scenario, confirm('r1', { ...pay1, ...reacquire }))).toHaveLength(1);
  });

  test('that was refused for good can no longer confirm the reservation; another payment can', () => {
    const scenario = late();
    scenario.submit(setStock('MUG', 3));
    scenario.submit(confirm('r1', { ...pay1, ...reacquire }));
    scenario.submit(setStock('MUG', 9));
    for (const onExpired of ['reject', 'reacquire'] as const) {
      const { outcome, changes } = scenario.submit(confirm('r1', { ...pay1, onExpired }));
      expect(outcome).toMatchObject({ ok: false, refusal: { currentStatus: 'expired' } });
      expect(changes).toMatchObject(NOTHING);
    }
    expect(scenario.submit(orderPaid('o-1', reacquire))).toMatchObject({
      outcome: { order: { effects: [{ effect: 'refused' }] } },
      changes: NOTHING,
    });
    expect(confirmedIn(scenario, confirm('r1', { paymentReference: 'pay-2', ...reacquire }))).toMatchObject([
      { changed: { after_refusal: true } },
    ]);
    expect(codeOf(scenario.submit(confirm('r1', pay1)))).toBe('invalid_transition');
    expect(scenario.reservation('r1')).toMatchObject({ status: 'confirmed', paymentReference: 'pay-2' });
  });

  test('that was refused for good is not taken by a reservation that was confirmed without a payment', () => {
    const scenario = late();
    scenario.submit(setStock('MUG', 3));
    scenario.submit(confirm('r1', { ...pay1, ...reacquire }));
    scenario.submit(setStock('MUG', 9));
    scenario.submit(confirm('r1', reacquire));
    expect(codeOf(scenario.submit(confirm('r1', pay1)))).toBe('invalid_transition');
    expect(scenario.reservation('r1')).toMatchObject({ status: 'confirmed', paymentReference: null });
  });

  test('is stored for each payment', () => {
    const scenario = late();
    scenario.submit(confirm('r1', { paymentReference: 'pay-2' }));
    scenario.submit(setStock('MUG', 3));
    scenario.submit(confirm('r1', { ...pay1, ...reacquire }));
    scenario.submit(setStock('MUG', 9));
    expect(codeOf(scenario.submit(confirm('r1', { ...pay1, ...reacquire })))).toBe('invalid_transition');
    expect(codeOf(scenario.submit(confirm('r1', { paymentReference: 'pay-2', ...reacquire })))).toBe('ok');
  });

  test('a call without a payment is never refused for good: there is nothing to refund', () => {
    const scenario = late();
    scenario.submit(setStock('MUG', 3));
    expect(refusedIn(scenario, confirm('r1', reacquire))).toMatchObject([
      { refused: [null, true, 'insufficient_stock'] },
    ]);
    scenario.submit(setStock('MUG', 9));
    expect(codeOf(scenario.submit(confirm('r1', reacquire)))).toBe('ok');
  });

  test.each([
    ['released', [release('r1')], 'invalid_transition'],
    ['cancelled', [confirm('r1'), cancel('r1')], 'invalid_transition'],
    ['of a cancelled order', [orderCancelled('o-1')], 'order_cancelled'],
  ])('of a reservation that is %s is refused for good at once', (_state, end, code) => {
    const scenario = new Scenario([level('MUG', 10)]).after(
      reserve('r1', [line('MUG', 4)], { orderId: 'o-1' }),
    );
    scenario.after(...end);
    expect(refusedIn(scenario, confirm('r1', pay1))).toMatchObject([{ refused: ['pay-1', true, code] }]);
  });

  test('of an expired hold is refused for good once its order is cancelled', () => {
    const scenario = late();
    const [first] = refusedIn(scenario, confirm('r1', pay1));
    scenario.submit(orderCancelled('o-1'));
    const [second] = refusedIn(scenario, orderPaid('o-1', reacquire));
    expect(second?.refused).toEqual(['pay-1', true, 'order_cancelled']);
    expect(second?.id).not.toBe(first?.id);
  });
});

test('a confirm in time, or of a hold that was never refused, has no after_refusal', () => {
  const scenario = new Scenario([level('MUG', 10)]).after(reserve('r1', [line('MUG', 4)]));
  expect(confirmedIn(scenario, confirm('r1', pay1))).toMatchObject([{ changed: { after_refusal: false } }]);
  expect(confirmedIn(late(), confirm('r1', reacquire))).toMatchObject([
    { changed: { after_refusal: false } },
  ]);
});

test('a payment of the reservation that was refused for good confirms it by no call that leaves it out', () => {
  const scenario = late().after(patch('r1', pay1), setStock('MUG', 3));
  expect(codeOf(scenario.submit(confirm('r1', { ...pay1, ...reacquire })))).toBe('insufficient_stock');
  scenario.after(setStock('MUG', 10));
  expect(codeOf(scenario.submit(confirm('r1', reacquire)))).toBe('invalid_transition');
  const another = confirm('r1', { paymentReference: 'pay-2', ...reacquire });
  expect(codeOf(scenario.submit(another))).toBe('ok');
});
