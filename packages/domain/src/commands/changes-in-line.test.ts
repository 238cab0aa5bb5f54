import {
  cancelOrder,
  codeOf,
  grantWaiting,
  inLine,
  line,
  orderCreated,
  orderFulfilled,
  orderPaid,
  putCart,
  release,
  replaceLines,
  reserve,
} from '@holdfast/testing/vocabulary';
import { MUG, soldOut, statusesOf, wait } from '../fixtures/in-line.ts';
import { level, published, Scenario } from '../fixtures/scenario.ts';

/** Two of five mugs are free, `first` waits for three, `second` for three. */
const two = () =>
  new Scenario([level('MUG', 5), level('TEE', 1)]).after(
    reserve('r0', [line('MUG', 3)]),
    wait('first', [line('MUG', 3)]),
    wait('second', [line('MUG', 3)]),
  );

const ordered = () => soldOut().after(wait('r1', MUG, { orderId: 'o1' }));

describe('other lines for one in line', () => {
  test('less keeps the place, and is held at once if it is there', () => {
    const scenario = two();
    const { outcome, changes } = scenario.submit(replaceLines('first', [line('MUG', 2)]));
    expect(outcome).toMatchObject({ reservation: { status: 'held', lines: [{ quantity: 2 }] } });
    expect(published(changes)).toEqual({ events: ['reserved first'], syncs: [] });
    expect(scenario.counters('MUG')).toEqual([5, 5, 0]);
  });

  test('less of one behind is not there for it', () => {
    const scenario = two();
    const place = scenario.reservation('second').wait?.arrival;
    const { outcome, changes } = scenario.submit(replaceLines('second', [line('MUG', 2)]));
    expect(outcome).toMatchObject({
      reservation: { status: 'waiting', version: 2, lines: [{ quantity: 2 }] },
    });
    expect(published(changes).events).toEqual(['changed second']);
    expect(scenario.reservation('second').wait?.arrival).toBe(place);
  });

  test.each([
    ['more', [line('MUG', 4)]],
    ['another SKU', [line('MUG', 3), line('TEE', 1)]],
  ])('%s takes a new place', (_name, lines) => {
    const scenario = two();
    scenario.passTime(1);
    scenario.after(replaceLines('first', lines));
    expect(codeOf(scenario.submit(replaceLines('second', [line('MUG', 2)])))).toBe('ok');
    expect(statusesOf(scenario, 'first', 'second')).toEqual(['waiting', 'held']);
  });

  test('more than there is is refused, and changes nothing', () => {
    const scenario = two();
    const { outcome, changes } = scenario.submit(replaceLines('first', [line('MUG', 6)]));
    expect(codeOf(outcome)).toBe('insufficient_stock');
    expect(changes).toMatchObject({ updated: [], waits: [] });
  });

  test('the same again changes nothing', () => {
    expect(two().submit(replaceLines('first', [line('MUG', 3)])).outcome).toMatchObject({ changed: false });
  });

  test('a cart has one reservation, and that may be in line', () => {
    const scenario = soldOut();
    const { ifShort, wait: terms } = inLine();
    const create = { ...putCart('c1', MUG).create, wait: terms };
    const made = scenario.submit(putCart('c1', MUG, { ifShort: ifShort ?? 'wait', create }));
    expect(made.outcome).toMatchObject({ created: true, reservation: { status: 'waiting' } });
    const changed = scenario.submit(putCart('c1', [line('TEE')]));
    expect(changed.outcome).toMatchObject({ created: false, reservation: { status: 'held' } });
    expect(codeOf(scenario.submit(putCart('c1', [])))).toBe('ok');
  });
});

describe('an order with a reservation in line', () => {
  test('takes nothing a second time', () => {
    const { outcome, changes } = ordered().submit(orderCreated('o1', MUG));
    expect(outcome).toMatchObject({ order: { reservationId: 'r1', effects: [] } });
    expect(changes.created).toEqual([]);
  });

  test('a payment is refused for now, and it keeps waiting', () => {
    const scenario = ordered();
    const { outcome, changes } = scenario.submit(orderPaid('o1'));
    expect(outcome).toMatchObject({ order: { effects: [{ reservationId: 'r1', effect: 'refused' }] } });
    expect(changes.refusals).toMatchObject([
      { type: 'warehouse.inventory.confirm_refused', changed: { final: false } },
    ]);
    expect(statusesOf(scenario, 'r1')).toEqual(['waiting']);
    const granted = scenario.after(release('r0'), grantWaiting('MUG')).submit(orderPaid('o1'));
    expect(granted.changes.events[0]?.changed).toMatchObject({ after_refusal: true });
  });

  test('a cancel ends it', () => {
    const scenario = ordered();
    const { outcome } = scenario.submit(cancelOrder('o1'));
    expect(outcome).toMatchObject({ answer: { results: [{ reservationId: 'r1', effect: 'released' }] } });
    expect(statusesOf(scenario, 'r1')).toEqual(['released']);
  });

  test('nothing of it can have left', () => {
    expect(codeOf(ordered().submit(orderFulfilled('o1', 'f1')))).toBe('invalid_transition');
  });
});
