import type { Command } from '../commands.ts';
import {
  cancel,
  codeOf,
  confirm,
  fulfill,
  line,
  release,
  reserve,
  setStock,
} from '@holdfast/testing/vocabulary';
import { iso, level, NOW, NOTHING, Scenario, scenarioWithHold, published } from '../fixtures/scenario.ts';
import type { ReservationStatus } from '../reservation.ts';

describe('when confirmed', () => {
  test('without lines all that is left goes out', () => {
    const scenario = scenarioWithHold().after(confirm('r1', { paymentReference: 'pay-1' }));
    scenario.now += 5_000;

    const { outcome, changes } = scenario.submit(fulfill('r1'));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'fulfilled',
        payment_reference: 'pay-1',
        version: 3,
        updated_at: iso(NOW + 5_000),
        confirmed_at: iso(NOW),
        fulfilled_at: iso(NOW + 5_000),
        cancelled_at: null,
        lines: [
          {
            quantity: 12,
            confirmed_quantity: 12,
            fulfilled_quantity: 12,
            allocations: [
              { location: 'EAST', quantity: 10, fulfilled_quantity: 10 },
              { location: 'WEST', quantity: 2, fulfilled_quantity: 2 },
            ],
          },
          { fulfilled_quantity: 1 },
        ],
        warehouse_sync: { action: 'confirm' },
      },
    });
    expect(scenario.counters('MUG')).toEqual([0, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([3, 0, 0]);
    expect(scenario.counters('TEE')).toEqual([2, 0, 0]);
    expect(
      changes.movements.map(({ kind, onHandDelta, allocatedDelta, caller }) => [
        kind,
        onHandDelta,
        allocatedDelta,
        caller,
      ]),
    ).toEqual([
      ['fulfill', -10, -10, 'checkout'],
      ['fulfill', -2, -2, 'checkout'],
      ['fulfill', -1, -1, 'checkout'],
    ]);
    expect(published(changes)).toEqual({ events: ['deducted r1'], syncs: [] });
    expect(changes.events[0]).toMatchObject({ reservationVersion: 3, data: { status: 'fulfilled' } });
  });

  test('in parts until it is whole: it stays confirmed, then it is fulfilled', () => {
    const scenario = scenarioWithHold().after(confirm('r1'));
    const first = scenario.submit(fulfill('r1', [line('MUG', 11)]));
    expect(first.outcome).toMatchObject({
      reservation: {
        status: 'confirmed',
        version: 3,
        fulfilled_at: null,
        lines: [
          {
            confirmed_quantity: 12,
            fulfilled_quantity: 11,
            allocations: [
              { quantity: 10, fulfilled_quantity: 10 },
              { quantity: 2, fulfilled_quantity: 1 },
            ],
          },
          { fulfilled_quantity: 0 },
        ],
      },
    });
    expect(scenario.counters('MUG', 'WEST')).toEqual([4, 0, 1]);
    expect(published(first.changes)).toEqual({ events: ['deducted r1'], syncs: [] });

    const second = scenario.submit(fulfill('r1', [line('TEE', 1)]));
    expect(second.outcome).toMatchObject({ reservation: { status: 'confirmed', version: 4 } });

    const last = scenario.submit(fulfill('r1', [line('MUG', 1)]));
    expect(last.outcome).toMatchObject({
      reservation: {
        status: 'fulfilled',
        version: 5,
        fulfilled_at: iso(NOW),
        lines: [{ fulfilled_quantity: 12 }, { fulfilled_quantity: 1 }],
      },
    });
    expect(scenario.counters('MUG', 'WEST')).toEqual([3, 0, 0]);
  });

  test('after a part, no lines mean the rest', () => {
    const scenario = scenarioWithHold().after(confirm('r1'), fulfill('r1', [line('MUG', 11)]));
    const { changes } = scenario.submit(fulfill('r1'));
    expect(changes.movements.map(({ sku, location, onHandDelta }) => [sku, location, onHandDelta])).toEqual([
      ['MUG', 'WEST', -1],
      ['TEE', 'EAST', -1],
    ]);
    expect(scenario.reservation('r1').status).toBe('fulfilled');
  });

  test('a part with neither key nor id is deducted again', () => {
    const scenario = scenarioWithHold().after(confirm('r1'));
    scenario.submit(fulfill('r1', [line('MUG', 2)]));
    const { outcome } = scenario.submit(fulfill('r1', [line('MUG', 2)]));
    expect(outcome).toMatchObject({ changed: true, reservation: { lines: [{ fulfilled_quantity: 4 }, {}] } });
    expect(scenario.counters('MUG')).toEqual([6, 0, 6]);
  });

  test.each([
    ['it leaves the location that it names', [line('MUG', 2, 'WEST')], [10, 3]],
    ['a part with a location chooses first', [line('MUG', 9), line('MUG', 2, 'EAST')], [0, 4]],
    ['without one, the first location gives first', [line('MUG', 4)], [6, 5]],
    ['parts of one SKU are added up', [line('MUG', 4), line('MUG', 7)], [0, 4]],
  ])('%s', (_what, parts, left) => {
    const scenario = scenarioWithHold().after(confirm('r1'));
    scenario.submit(fulfill('r1', parts));
    expect([scenario.level('MUG').onHand, scenario.level('MUG', 'WEST').onHand]).toEqual(left);
  });

  test('two lines of one SKU, pinned and not, are named together', () => {
    const scenario = new Scenario([level('MUG', 10)]);
    scenario.submit(reserve('r1', [line('MUG', 2), line('MUG', 3, 'EAST')], { ttlSeconds: null }));
    const { outcome } = scenario.submit(fulfill('r1', [line('MUG', 4)]));
    expect(outcome).toMatchObject({
      reservation: { lines: [{ fulfilled_quantity: 2 }, { fulfilled_quantity: 2 }] },
    });
    expect(scenario.counters('MUG')).toEqual([6, 0, 1]);
  });

  test.each([
    ['more than the line has', [line('MUG', 13)], { sku: 'MUG', requested: 13, remaining: 12 }],
    [
      'more than the location gives',
      [line('MUG', 3, 'WEST')],
      { sku: 'MUG', location: 'WEST', requested: 3, remaining: 2 },
    ],
    [
      'more, added up',
      [line('MUG', 12), line('MUG', 1, 'EAST')],
      { sku: 'MUG', requested: 12, remaining: 11 },
    ],
    [
      'the same twice',
      [line('TEE', 1), line('MUG', 7), line('MUG', 6)],
      { sku: 'MUG', requested: 13, remaining: 12 },
    ],
    ['a SKU that it does not have', [line('HAT', 1)], { sku: 'HAT', requested: 1, remaining: 0 }],
    [
      'a location that gives nothing',
      [line('TEE', 1, 'WEST')],
      { sku: 'TEE', location: 'WEST', requested: 1, remaining: 0 },
    ],
  ])('%s is refused with its units, and nothing goes out', (_what, parts, excess) => {
    const { outcome, changes } = scenarioWithHold().after(confirm('r1')).submit(fulfill('r1', parts));
    expect(outcome).toMatchObject({
      refusal: { code: 'quantity_exceeds_remaining', lines: [excess], currentStatus: 'confirmed' },
    });
    expect(changes).toMatchObject(NOTHING);
  });

  test('fulfilled units cannot be fulfilled again', () => {
    const scenario = scenarioWithHold().after(confirm('r1'), fulfill('r1', [line('MUG', 1, 'WEST')]));
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 2, 'WEST')])))).toBe(
      'quantity_exceeds_remaining',
    );
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 12)])))).toBe('quantity_exceeds_remaining');
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 11)])))).toBe('ok');
  });

  test('of a part that was confirmed, that part is the whole', () => {
    const scenario = scenarioWithHold().after(confirm('r1', { parts: [line('MUG', 4)] }));
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 5)])))).toBe('quantity_exceeds_remaining');
    expect(codeOf(scenario.submit(fulfill('r1', [line('TEE', 1)])))).toBe('quantity_exceeds_remaining');
    expect(scenario.submit(fulfill('r1', [line('MUG', 4)])).outcome).toMatchObject({
      reservation: { status: 'fulfilled', lines: [{ quantity: 12, fulfilled_quantity: 4 }, {}] },
    });
  });

  test('the level’s version rises when goods leave it, and only then', () => {
    const scenario = scenarioWithHold().after(confirm('r1'));
    expect(scenario.level('MUG').version).toBe(1);
    scenario.submit(fulfill('r1', [line('MUG', 1)]));
    expect(scenario.level('MUG').version).toBe(2);
    expect(scenario.level('MUG', 'WEST').version).toBe(1);
    expect(codeOf(scenario.submit(setStock('MUG', 9, 'EAST', { ifVersion: [1] })))).toBe('version_conflict');
  });

  test('outlives the time of its hold', () => {
    const scenario = scenarioWithHold().after(confirm('r1'));
    scenario.passTime(9_999);
    expect(codeOf(scenario.submit(fulfill('r1')))).toBe('ok');
  });
});

function scenarioWithOrder(orderId: string | null): Scenario {
  const scenario = new Scenario([level('MUG', 10)]);
  scenario.submit(reserve('r1', [line('MUG', 3)], { orderId, ttlSeconds: null }));
  return scenario;
}

describe('for an order', () => {
  test('it is set where there was none', () => {
    const { outcome } = scenarioWithOrder(null).submit(fulfill('r1', [line('MUG', 1)], { orderId: 'o-1' }));
    expect(outcome).toMatchObject({ reservation: { order_id: 'o-1', version: 2 } });
  });

  test.each(['o-1', null])('the same one, or none (%s), leaves it as it is', (orderId) => {
    const { outcome } = scenarioWithOrder('o-1').submit(fulfill('r1', null, { orderId }));
    expect(outcome).toMatchObject({ reservation: { order_id: 'o-1', status: 'fulfilled' } });
  });

  test('another one is refused, in every state', () => {
    const scenario = scenarioWithOrder('o-1');
    const other = fulfill('r1', null, { orderId: 'o-2', fulfillmentId: 'f-1' });
    expect(scenario.submit(other)).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } },
      changes: NOTHING,
    });
    scenario.submit(fulfill('r1', null, { fulfillmentId: 'f-1' }));
    expect(scenario.submit(other)).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'fulfilled' } },
      changes: NOTHING,
    });
  });
});

describe('when it is over', () => {
  test('fulfilled: without lines it is a repeat, and changes nothing', () => {
    const scenario = scenarioWithHold().after(fulfill('r1'));
    const before = scenario.reservation('r1');
    scenario.now += 1_000;
    const { outcome, changes } = scenario.submit(fulfill('r1'));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { version: 3 } });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.reservation('r1')).toEqual(before);
  });

  test.each<[string, readonly Command[]]>([
    ['fulfilled', [fulfill('r1')]],
    ['fulfilled by cancelling the rest', [fulfill('r1', [line('MUG', 1)]), cancel('r1')]],
  ])('%s: there is nothing left for lines', (_what, before) => {
    const scenario = scenarioWithHold().after(...before);
    const { outcome, changes } = scenario.submit(fulfill('r1', [line('MUG', 1)]));
    expect(outcome).toMatchObject({
      refusal: {
        code: 'quantity_exceeds_remaining',
        lines: [expect.objectContaining({ remaining: 0 })],
        currentStatus: 'fulfilled',
      },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(codeOf(scenario.submit(fulfill('r1')))).toBe('ok');
  });

  test.each<[ReservationStatus, readonly Command[]]>([
    ['released', [release('r1')]],
    ['cancelled', [confirm('r1'), cancel('r1')]],
  ])('%s is refused', (status, before) => {
    const scenario = scenarioWithHold().after(...before);
    for (const parts of [null, [line('MUG', 1)]]) {
      const { outcome, changes } = scenario.submit(fulfill('r1', parts));
      expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
      expect(changes).toMatchObject(NOTHING);
    }
  });

  test('one that never was is not found', () => {
    expect(codeOf(scenarioWithHold().submit(fulfill('r9')))).toBe('reservation_not_found');
  });
});
