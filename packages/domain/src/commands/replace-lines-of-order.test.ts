import { randomInt } from 'node:crypto';
import {
  cancel,
  codeOf,
  confirm,
  fulfill,
  line,
  orderCancelled,
  replaceLines,
  reserve,
} from '@holdfast/testing/vocabulary';
import {
  level,
  NOTHING,
  NOW,
  openByLine,
  published,
  Scenario,
  scenarioWithHold,
} from '../fixtures/scenario.ts';
import type { Reservation } from '../reservation.ts';
import { seededDice } from '../testing/dice.ts';

const confirmed = () => scenarioWithHold().after(confirm('r1'));

describe('of a confirmed reservation', () => {
  test('less raises what is cancelled, more what is confirmed, and the warehouse gets one sync for each', () => {
    const scenario = confirmed();
    const { changes } = scenario.submit(replaceLines('r1', [line('MUG', 9), line('TEE', 3)]));
    expect(scenario.reservation('r1').lines).toMatchObject([
      { sku: 'MUG', quantity: 12, requestedQuantity: 12, confirmedQuantity: 12, cancelledQuantity: 3 },
      { sku: 'TEE', quantity: 3, requestedQuantity: 3, confirmedQuantity: 3, cancelledQuantity: 0 },
    ]);
    expect(openByLine(scenario.reservation('r1'))).toEqual([
      ['MUG', 'EAST 9', 'WEST 0'],
      ['TEE', 'EAST 3'],
    ]);
    expect(published(changes)).toEqual({ events: ['changed r1'], syncs: ['cancel r1', 'confirm r1'] });
    expect(changes.syncs).toMatchObject([
      {
        lines: [
          { sku: 'MUG', location: 'WEST', quantity: 2 },
          { sku: 'MUG', location: 'EAST', quantity: 1 },
        ],
        endsReservation: false,
      },
      { lines: [{ sku: 'TEE', location: 'EAST', quantity: 2 }], endsReservation: false },
    ]);
    expect(scenario.counters('MUG')).toEqual([10, 0, 9]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 3]);
  });

  test('cancelled units do not come back by themselves: more is confirmed anew', () => {
    const scenario = confirmed().after(replaceLines('r1', [line('MUG', 9), line('TEE', 1)]));
    scenario.submit(replaceLines('r1', [line('MUG', 13), line('TEE', 1)]));
    const mugs = { quantity: 16, confirmedQuantity: 16, cancelledQuantity: 3 };
    expect(scenario.reservation('r1').lines[0]).toMatchObject(mugs);
    expect(scenario.counters('MUG')).toEqual([10, 0, 10]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 3]);
  });

  test('a line that is not named is cancelled down to what has left, and stays', () => {
    const scenario = confirmed().after(fulfill('r1', [line('MUG', 4)]));
    scenario.submit(replaceLines('r1', [line('TEE', 1)]));
    expect(scenario.reservation('r1')).toMatchObject({
      status: 'confirmed',
      lines: [
        { sku: 'MUG', confirmedQuantity: 12, fulfilledQuantity: 4, cancelledQuantity: 8 },
        { sku: 'TEE', cancelledQuantity: 0 },
      ],
    });
  });

  test('a line cannot have fewer units than have left of it', () => {
    const scenario = confirmed().after(fulfill('r1', [line('MUG', 4)]));
    const { outcome, changes } = scenario.submit(replaceLines('r1', [line('MUG', 3), line('TEE', 1)]));
    expect(outcome).toMatchObject({
      refusal: {
        code: 'quantity_exceeds_remaining',
        lines: [{ sku: 'MUG', requested: 9, remaining: 8 }],
        currentStatus: 'confirmed',
      },
    });
    expect(changes).toMatchObject(NOTHING);
  });

  test('with only what has left it is fulfilled, as by a cancel', () => {
    const scenario = confirmed().after(fulfill('r1', [line('MUG', 4)]));
    const { changes } = scenario.submit(replaceLines('r1', [line('MUG', 4)]));
    expect(scenario.reservation('r1')).toMatchObject({
      status: 'fulfilled',
      cancelledAt: NOW,
      fulfilledAt: NOW,
      lines: [{ cancelledQuantity: 8 }, { cancelledQuantity: 1 }],
    });
    expect(published(changes)).toEqual({ events: ['cancelled r1', 'released r1'], syncs: ['cancel r1'] });
    expect(scenario.counters('MUG')).toEqual([6, 0, 0]);
  });

  test('partial takes what there is, and a repeat asks for no more than the first', () => {
    const scenario = confirmed();
    const wanted = replaceLines('r1', [line('MUG', 18), line('TEE', 1)], { ifShort: 'partial' });
    scenario.submit(wanted);
    const mugs = { quantity: 15, requestedQuantity: 18, confirmedQuantity: 15 };
    expect(scenario.reservation('r1').lines[0]).toMatchObject(mugs);
    expect(scenario.submit(wanted).outcome).toMatchObject({ changed: false });
  });

  test('it is refused while stock is short elsewhere, but not for less', () => {
    const scenario = confirmed();
    scenario.damage('MUG', 'EAST', { onHand: 5 });
    expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', 13)])))).toBe('insufficient_stock');
    expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', 11)])))).toBe('ok');
  });
});

describe('of a cancelled order', () => {
  test('nothing is added', () => {
    const scenario = new Scenario([level('MUG', 9)]).after(
      reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }),
      confirm('r1'),
      orderCancelled('o-1'),
    );
    expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', 3)])))).toBe('order_cancelled');
    scenario.pretend('r1', { status: 'confirmed' });
    expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', 3)])))).toBe('order_cancelled');
  });
});

test('whatever is asked for, each unit is counted once, in lines, allocations and levels', () => {
  const seed = randomInt(2 ** 31);
  process.stderr.write(`replace lines: seed ${seed}\n`);
  const dice = seededDice(seed);
  const skus = ['MUG', 'TEE', 'HAT'];
  const places = ['EAST', 'WEST'];
  const scenario = new Scenario(skus.flatMap((sku) => places.map((at) => level(sku, 12, at))));
  const ids = ['r1', 'r2', 'r3'];
  const pick = <T>(of: readonly T[]): T => of[dice.whole(0, of.length - 1)] as T;
  for (const id of ids) scenario.submit(reserve(id, [line('MUG')]));
  for (let n = 0; n < 600; n += 1) {
    const id = pick(ids);
    const lines = Array.from({ length: dice.whole(1, 4) }, () =>
      line(pick(skus), dice.whole(1, 9), pick([null, null, ...places])),
    );
    const ifShort = pick(['reject', 'partial'] as const);
    const sourcing = pick([null, 'split', 'no_split', 'single_location'] as const);
    scenario.submit(replaceLines(id, lines, { ifShort, sourcing }));
    if (dice.whole(1, 40) === 1) scenario.submit(confirm(id));
    if (dice.whole(1, 40) === 1) scenario.submit(fulfill(id, [line(pick(skus))]));
    if (dice.whole(1, 120) === 1) scenario.submit(cancel(id));
    for (const each of ids) expect(miscounted(scenario.reservation(each))).toEqual([]);
    expect(
      scenario.snapshot.audits.filter(
        ({ sums, open }) => sums.reserved !== open.reserved || sums.allocated !== open.allocated,
      ),
    ).toEqual([]);
  }
});

/** Lines whose numbers are not those of their allocations. */
function miscounted({ status, lines }: Reservation) {
  return lines.filter((each) => {
    const sum = (of: 'quantity' | 'fulfilledQuantity' | 'cancelledQuantity') =>
      each.allocations.reduce((total, allocation) => total + allocation[of], 0);
    const total = status === 'held' ? each.quantity : each.confirmedQuantity;
    return (
      sum('quantity') !== total ||
      sum('fulfilledQuantity') !== each.fulfilledQuantity ||
      sum('cancelledQuantity') !== each.cancelledQuantity ||
      each.requestedQuantity < each.quantity
    );
  });
}
