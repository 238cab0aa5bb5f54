import {
  cancel,
  codeOf,
  confirm,
  EAST,
  fulfill,
  line,
  orderChanged,
  orderCreated,
  patch,
  putCart,
  release,
  replaceLines,
  reserve,
  reserveBatch,
  returnUnits,
} from '@holdfast/testing/vocabulary';
import { level, NOW, Scenario } from '../fixtures/scenario.ts';

const LIMITED = { sku: 'MUG', maxPerCustomer: 3, customerLimitSince: 0 };
const ANN = { customerId: 'ann' };

/** Plenty of mugs, at most 3 for a customer, and of tees. */
const limited = () => new Scenario([level('MUG', 90), level('TEE', 90)], [LIMITED]);

const overLimit = (taken: number, requested: number) => ({
  ok: false,
  refusal: { code: 'customer_limit_reached', lines: [{ sku: 'MUG', limit: 3, taken, requested }] },
});

describe('a SKU with a limit for each customer', () => {
  test('needs a customer', () => {
    const scenario = limited();
    expect(codeOf(scenario.submit(reserve([line('MUG')])))).toBe('customer_required');
    expect(codeOf(scenario.submit(reserve([line('TEE')])))).toBe('ok');
    scenario.after(reserve('r1', [line('TEE')]));
    expect(codeOf(scenario.submit(replaceLines('r1', [line('TEE'), line('MUG')])))).toBe('customer_required');
  });

  test('counts what a customer has in all reservations, and no other customer', () => {
    const scenario = limited().after(reserve('r1', [line('MUG', 2)], ANN));
    expect(scenario.submit(reserve([line('MUG', 2)], ANN)).outcome).toMatchObject(overLimit(2, 2));
    expect(codeOf(scenario.submit(reserve([line('MUG', 3)], { customerId: 'bob' })))).toBe('ok');
    expect(codeOf(scenario.submit(reserve([line('MUG', 1)], ANN)))).toBe('ok');
  });

  test('adds up the lines of a call, and the commands of a batch', () => {
    const scenario = limited();
    const two = [line('MUG', 2), line('MUG', 2, EAST)];
    expect(scenario.submit(reserve(two, ANN)).outcome).toMatchObject(overLimit(0, 4));
    const { outcomes } = scenario.decide(
      reserve([line('MUG', 2)], ANN),
      reserveBatch([reserve([line('MUG')], ANN), reserve([line('MUG')], ANN)], { atomic: true }),
      reserve([line('MUG')], ANN),
      reserve([line('MUG')], ANN),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'customer_limit_reached', 'ok', 'customer_limit_reached']);
  });

  test('is free again for what is released, expired, cancelled or returned, and not for what is shipped', () => {
    const scenario = limited();
    const isFull = (taken: number) =>
      expect(scenario.submit(reserve([line('MUG', 4)], ANN)).outcome).toMatchObject(overLimit(taken, 4));
    scenario.after(reserve('r1', [line('MUG', 3)], ANN)).after(release('r1'));
    isFull(0);
    scenario.after(reserve('r2', [line('MUG', 3)], ANN)).passTime();
    isFull(0);
    scenario.after(reserve('r3', [line('MUG', 3)], ANN)).after(confirm('r3', { parts: [line('MUG', 2)] }));
    isFull(2);
    scenario.after(fulfill('r3', [line('MUG', 1)]));
    isFull(2);
    scenario.after(cancel('r3'));
    isFull(1);
    scenario.after(returnUnits('r3', [line('MUG', 1)]));
    isFull(0);
  });

  test('refuses no change to the same or less, also above the limit', () => {
    const scenario = limited().after(reserve('r1', [line('MUG', 3)], ANN));
    scenario.putSku({ sku: 'MUG', maxPerCustomer: 1 });
    expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', 3), line('TEE')])))).toBe('ok');
    expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', 2)])))).toBe('ok');
    expect(scenario.submit(replaceLines('r1', [line('MUG', 3)])).outcome).toMatchObject({
      refusal: { lines: [{ sku: 'MUG', limit: 1, taken: 2, requested: 1 }], currentStatus: 'held' },
    });
    expect(codeOf(scenario.submit(confirm('r1')))).toBe('ok');
  });

  test('counts for the customer that a cart or a PATCH names later', () => {
    const scenario = limited()
      .after(putCart('c-1', [line('TEE')]))
      .after(reserve('r1', [line('MUG', 2)], ANN));
    const cart = putCart('c-1', [line('TEE'), line('MUG', 2)], ANN);
    expect(scenario.submit(cart).outcome).toMatchObject(overLimit(2, 2));
    expect(codeOf(scenario.submit(putCart('c-1', [line('MUG', 1)], ANN)))).toBe('ok');
    scenario.putSku({ sku: 'MUG', maxPerCustomer: null });
    scenario.after(reserve('r2', [line('MUG', 2)]));
    scenario.putSku({ sku: 'MUG', maxPerCustomer: 3 });
    expect(scenario.submit(patch('r2', ANN)).outcome).toMatchObject(overLimit(3, 2));
    expect(scenario.reservation('r2').customerId).toBeNull();
    expect(codeOf(scenario.submit(patch('r2', { customerId: 'bob' })))).toBe('ok');
    expect(codeOf(scenario.submit(reserve([line('MUG', 2)], { customerId: 'bob' })))).toBe(
      'customer_limit_reached',
    );
  });

  test('refuses an expired hold that is reacquired when the customer has others since', () => {
    const scenario = limited().after(reserve('r1', [line('MUG', 2)], ANN));
    scenario.passTime();
    scenario.after(reserve('r2', [line('MUG', 2)], ANN));
    const late = confirm('r1', { onExpired: 'reacquire', paymentReference: 'pay-1' });
    expect(scenario.submit(late).outcome).toMatchObject(overLimit(2, 2));
    scenario.after(release('r2'));
    expect(scenario.submit({ ...late, paymentReference: 'pay-2' }).outcome).toMatchObject({ ok: true });
  });

  test('counts reservations since a time: older ones do not count, but do not grow past the limit', () => {
    const scenario = limited().after(reserve('r1', [line('MUG', 3)], ANN));
    scenario.putSku({ sku: 'MUG', customerLimitSince: NOW + 1 });
    scenario.passTime(1);
    expect(scenario.submit(replaceLines('r1', [line('MUG', 4)])).outcome).toMatchObject(overLimit(3, 1));
    expect(codeOf(scenario.submit(reserve([line('MUG', 3)], ANN)))).toBe('ok');
  });

  test('is met before stock, and after what the caller must correct', () => {
    const scenario = new Scenario([level('MUG', 0)], [{ ...LIMITED, maxPerReservation: 4, active: false }]);
    const codes = [reserve([line('MUG', 5)]), reserve([line('MUG', 4)]), reserve([line('MUG', 4)], ANN)];
    expect(codes.map((each) => codeOf(scenario.submit(each)))).toEqual([
      'quantity_limit_exceeded',
      'customer_required',
      'sku_inactive',
    ]);
    scenario.putSku({ sku: 'MUG', active: true });
    expect(codeOf(scenario.submit(reserve([line('MUG', 4)], ANN)))).toBe('customer_limit_reached');
    expect(codeOf(scenario.submit(reserve([line('MUG', 3)], ANN)))).toBe('insufficient_stock');
  });

  test('refuses orders with an event', () => {
    const scenario = limited().after(reserve('r1', [line('MUG', 3)], ANN));
    const { outcome, changes } = scenario.submit(orderCreated('o-1', [line('MUG', 1)], ANN));
    expect(outcome).toMatchObject({
      order: { effects: [{ effect: 'refused' }], refusal: { code: 'customer_limit_reached' } },
    });
    expect(changes.events).toMatchObject([
      {
        type: 'warehouse.inventory.reservation_refused',
        data: { refusal: { code: 'customer_limit_reached', lines: [{ limit: 3, taken: 3, requested: 1 }] } },
      },
    ]);
  });
});

/** A hold of two mugs and one of a tee; then mugs are paused. */
function paused() {
  const scenario = new Scenario([level('MUG', 9), level('TEE', 9)])
    .after(reserve('r1', [line('MUG', 2)]))
    .after(reserve('r2', [line('TEE')]));
  scenario.putSku({ sku: 'MUG', active: false });
  return scenario;
}

describe('a paused SKU', () => {
  const isPaused = { ok: false, refusal: { code: 'sku_inactive', lines: [{ sku: 'MUG' }] } };

  test('is promised no more: not by a create, a partial one either, an increase or an order', () => {
    const scenario = paused();
    for (const command of [
      reserve([line('MUG'), line('TEE')]),
      reserve([line('MUG'), line('TEE')], { ifShort: 'partial' }),
      replaceLines('r1', [line('MUG', 3)]),
      replaceLines('r2', [line('TEE'), line('MUG')]),
      putCart('c-1', [line('MUG')]),
    ]) {
      expect(scenario.submit(command).outcome).toMatchObject(isPaused);
    }
    const effects = { order: { effects: [{ effect: 'refused' }], refusal: { code: 'sku_inactive' } } };
    expect(scenario.submit(orderCreated('o-1', [line('MUG')])).outcome).toMatchObject(effects);
    expect(scenario.submit(orderCreated('o-2', [line('TEE')])).outcome.ok).toBe(true);
    expect(scenario.submit(orderChanged('o-2', [line('MUG')])).outcome).toMatchObject(effects);
  });

  test('is not promised again after a hold has expired', () => {
    const scenario = paused();
    scenario.passTime();
    expect(scenario.submit(confirm('r1', { onExpired: 'reacquire' })).outcome).toMatchObject(isPaused);
  });

  test('goes on for what is promised', () => {
    const scenario = paused();
    const all = [replaceLines('r1', [line('MUG', 2), line('TEE')]), replaceLines('r1', [line('MUG', 1)])];
    for (const command of [...all, confirm('r1'), fulfill('r1')]) {
      expect(codeOf(scenario.submit(command))).toBe('ok');
    }
    expect(scenario.counters('MUG')).toEqual([8, 0, 0]);
  });
});
