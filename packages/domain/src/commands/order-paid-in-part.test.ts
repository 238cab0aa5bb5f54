import { line, orderPaid, reserve, setStock } from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';

const hold = (id: string, quantity: number, ttlSeconds: number) =>
  reserve(id, [line('MUG', quantity)], { orderId: 'o-1', ttlSeconds });
const reacquiring = orderPaid('o-1', { onExpired: 'reacquire' });

/** An order with an expired hold, `brief`, and a live one, `long`, that were made at the same time. */
function halfExpired(onHand = 10): Scenario {
  const scenario = new Scenario([level('MUG', onHand)]).after(hold('brief', 2, 60), hold('long', 3, 900));
  scenario.passTime(60);
  return scenario;
}

const statuses = (scenario: Scenario) =>
  scenario.snapshot.reservations.map(({ id, status }) => `${id} ${status}`);

describe('an order that is paid when one of its holds has expired', () => {
  test('reacquires the expired one, if the payment says so', () => {
    const scenario = halfExpired();
    const { outcome, changes } = scenario.submit(reacquiring);
    expect(outcome).toMatchObject({
      order: {
        effects: [
          { reservationId: 'brief', effect: 'confirmed' },
          { reservationId: 'long', effect: 'confirmed' },
        ],
        refusal: null,
      },
    });
    expect(changes.refusals).toEqual([]);
    expect(statuses(scenario)).toEqual(['brief confirmed', 'long confirmed']);
    expect(scenario.counters('MUG')).toEqual([10, 0, 5]);
  });

  test('otherwise confirms what is held, and refuses the rest, not finally', () => {
    const scenario = halfExpired();
    const { outcome, changes } = scenario.submit(orderPaid('o-1'));
    expect(outcome).toMatchObject({
      order: {
        effects: [
          { reservationId: 'brief', effect: 'refused' },
          { reservationId: 'long', effect: 'confirmed' },
        ],
        refusal: { code: 'reservation_expired' },
      },
    });
    expect(changes.refusals).toMatchObject([
      { reservationId: 'brief', changed: { payment_reference: 'pay-1', final: false } },
    ]);
    expect(statuses(scenario)).toEqual(['brief expired', 'long confirmed']);
    scenario.submit(reacquiring);
    expect(statuses(scenario)).toEqual(['brief confirmed', 'long confirmed']);
  });

  test('names what is missing if the stock is gone, and confirms the rest', () => {
    const scenario = halfExpired();
    scenario.submit(setStock('MUG', 4));
    const { outcome, changes } = scenario.submit(reacquiring);
    expect(outcome).toMatchObject({ order: { refusal: { code: 'insufficient_stock' } } });
    expect(changes.refusals).toMatchObject([
      {
        reservationId: 'brief',
        changed: {
          payment_reference: 'pay-1',
          final: true,
          refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 2, available: 1 }] },
        },
      },
    ]);
    expect(statuses(scenario)).toEqual(['brief expired', 'long confirmed']);
  });

  test('refuses each of several whose stock is gone', () => {
    const scenario = new Scenario([level('MUG', 10)]).after(hold('r1', 2, 60), hold('r2', 3, 60));
    scenario.passTime(60);
    scenario.submit(reserve('other', [line('MUG', 9)]));
    const { changes } = scenario.submit(reacquiring);
    expect(changes.refusals.map(({ subject }) => subject)).toEqual(['r1', 'r2']);
    expect(scenario.snapshot.orders).toMatchObject([{ paidAt: null }]);
  });

  test('reacquires all expired holds, if none is live', () => {
    const scenario = new Scenario([level('MUG', 10)]).after(hold('r1', 2, 60), hold('r2', 3, 60));
    scenario.passTime(60);
    scenario.submit(reacquiring);
    expect(statuses(scenario)).toEqual(['r1 confirmed', 'r2 confirmed']);
  });

  test('is paid if a part of it is', () => {
    const scenario = halfExpired();
    scenario.submit(orderPaid('o-1'));
    expect(scenario.snapshot.orders).toMatchObject([{ paymentReference: 'pay-1' }]);
  });
});

/** A reservation made at the end of a hold or later replaces it. */
const retried = (seconds: number): Scenario => {
  const scenario = new Scenario([level('MUG', 10)]).after(hold('old', 2, 60));
  scenario.passTime(seconds);
  return scenario.after(hold('new', 2, 900));
};

describe('an order whose hold has expired before it was reserved again', () => {
  test.each([60, 61])('is paid once: the older hold is not reacquired (%d s)', (seconds) => {
    const scenario = retried(seconds);
    const { changes } = scenario.submit(reacquiring);
    expect(changes.refusals).toEqual([]);
    expect(statuses(scenario)).toEqual(['old expired', 'new confirmed']);
  });

  test('is not refused because of the older hold', () => {
    expect(retried(61).submit(orderPaid('o-1')).changes.refusals).toEqual([]);
  });

  test('and has expired again reacquires the newest, and only that', () => {
    const scenario = retried(61);
    scenario.passTime(900);
    scenario.submit(reacquiring);
    expect(statuses(scenario)).toEqual(['old expired', 'new confirmed']);
  });

  test('while the first hold was live reacquires both: both were part of the order', () => {
    const scenario = retried(59);
    scenario.passTime(1);
    scenario.submit(reacquiring);
    expect(statuses(scenario)).toEqual(['old confirmed', 'new confirmed']);
  });
});
