import {
  codeOf,
  confirm,
  fulfill,
  line,
  orderCancelled,
  release,
  reserve,
} from '@holdfast/testing/vocabulary';
import {
  iso,
  level,
  NOW,
  NOTHING,
  ONLY_A_REFUSAL,
  Scenario,
  scenarioWithHold,
  published,
} from '../fixtures/scenario.ts';
import { allocate, type ReservationStatus } from '../reservation.ts';
import type { LinePart } from './line-parts.ts';

function scenarioWithConfirmed(
  parts: readonly LinePart[] | null = null,
  orderId: string | null = null,
): Scenario {
  const scenario = scenarioWithHold();
  scenario.submit(confirm('r1', { parts, orderId, paymentReference: 'pay-1' }));
  return scenario;
}

describe('when held', () => {
  test('is confirmed whole: what was reserved is allocated', () => {
    const scenario = scenarioWithHold();
    scenario.now += 5_000;

    const { outcome, changes } = scenario.submit(
      confirm('r1', { paymentReference: 'pay-1', orderId: 'o-1' }),
    );

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'confirmed',
        order_id: 'o-1',
        payment_reference: 'pay-1',
        version: 2,
        created_at: iso(NOW),
        updated_at: iso(NOW + 5_000),
        confirmed_at: iso(NOW + 5_000),
        expired_at: null,
        lines: [
          { quantity: 12, confirmed_quantity: 12, allocations: [{ quantity: 10 }, { quantity: 2 }] },
          { quantity: 1, confirmed_quantity: 1, allocations: [{ quantity: 1 }] },
        ],
        warehouse_sync: { action: 'confirm', state: 'pending' },
      },
    });
    expect(scenario.counters('MUG')).toEqual([10, 0, 10]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 2]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 1]);
    expect(
      changes.movements.map(({ kind, reservedDelta, allocatedDelta }) => [
        kind,
        reservedDelta,
        allocatedDelta,
      ]),
    ).toEqual([
      ['confirm', -10, 10],
      ['confirm', -2, 2],
      ['confirm', -1, 1],
    ]);
    expect(published(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
    expect(changes.events[0]).toMatchObject({ reservationVersion: 2 });
    expect(changes.syncs[0]).toMatchObject({
      ordinal: 1,
      orderId: 'o-1',
      lines: [
        { sku: 'MUG', location: 'EAST', quantity: 10 },
        { sku: 'MUG', location: 'WEST', quantity: 2 },
        { sku: 'TEE', location: 'EAST', quantity: 1 },
      ],
    });
  });

  test.each([
    [
      'the last location gives back first',
      [line('MUG', 11), line('TEE', 1)],
      [
        ['EAST', 10],
        ['WEST', 1],
      ],
    ],
    ['a location that gives back all is no longer named', [line('MUG', 4)], [['EAST', 4]]],
    [
      'a part may name its location',
      [line('MUG', 2, 'WEST'), line('MUG', 1, 'EAST')],
      [
        ['EAST', 1],
        ['WEST', 2],
      ],
    ],
    [
      'a part with a location chooses first',
      [line('MUG', 9), line('MUG', 2, 'EAST')],
      [
        ['EAST', 10],
        ['WEST', 1],
      ],
    ],
    ['a line of which no part is named is given back', [line('TEE', 1)], []],
  ] as const)('is confirmed in part: %s', (_what, parts, mugs) => {
    const scenario = scenarioWithHold();

    const { outcome, changes } = scenario.submit(confirm('r1', { parts }));

    const confirmed = mugs.reduce((sum, [, quantity]) => sum + quantity, 0);
    expect(outcome).toMatchObject({
      reservation: {
        status: 'confirmed',
        lines: [{ quantity: 12, confirmed_quantity: confirmed, cancelled_quantity: 0 }, {}],
      },
    });
    expect(scenario.reservation('r1').lines[0]?.allocations).toEqual(
      mugs.map(([location, quantity]) => allocate(location, quantity)),
    );
    const of = (location: string) => mugs.find(([each]) => each === location)?.[1] ?? 0;
    expect(scenario.counters('MUG')).toEqual([10, 0, of('EAST')]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, of('WEST')]);
    expect(scenario.level('TEE').reserved).toBe(0);
    expect(published(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
    expect(changes.syncs[0]?.lines.filter(({ sku }) => sku === 'MUG')).toEqual(
      mugs.map(([location, quantity]) => ({ sku: 'MUG', location, quantity })),
    );
  });

  test.each([
    ['more than the line has', [line('MUG', 13)]],
    ['more than the location gives', [line('MUG', 3, 'WEST')]],
    ['more, added up', [line('MUG', 12), line('MUG', 1, 'EAST')]],
    ['a SKU that it does not have', [line('HAT', 1)]],
    ['a location that gives nothing', [line('TEE', 1, 'WEST')]],
  ])('is not confirmed with %s, and stays as it was', (_what, parts) => {
    const scenario = scenarioWithHold();
    const { outcome, changes } = scenario.submit(confirm('r1', { parts }));
    expect(outcome).toMatchObject({ refusal: { code: 'quantity_exceeds_remaining', currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('two lines of one SKU, pinned and not, are named together', () => {
    const scenario = new Scenario([level('MUG', 10)]);
    scenario.submit(reserve('r1', [line('MUG', 2), line('MUG', 3, 'EAST')]));
    const { outcome } = scenario.submit(confirm('r1', { parts: [line('MUG', 4)] }));
    expect(outcome).toMatchObject({
      reservation: { lines: [{ confirmed_quantity: 2 }, { confirmed_quantity: 2 }] },
    });
    expect(scenario.counters('MUG')).toEqual([10, 0, 4]);
  });

  test('for another order is refused; for the same one it is not', () => {
    const scenario = new Scenario([level('MUG', 10)]);
    scenario.submit(reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }));
    expect(scenario.submit(confirm('r1', { orderId: 'o-2' }))).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'held' } },
      changes: NOTHING,
    });
    expect(scenario.submit(confirm('r1', { orderId: 'o-1' })).outcome).toMatchObject({
      reservation: { order_id: 'o-1' },
    });
  });
});

describe('when confirmed', () => {
  test.each([
    ['the whole', null, null],
    ['the whole, by its lines', null, [line('TEE', 1), line('MUG', 12)]],
    ['the same part', [line('MUG', 11)], [line('MUG', 11)]],
    ['the same part, by location', [line('MUG', 11)], [line('MUG', 1, 'WEST'), line('MUG', 10, 'EAST')]],
    ['a part, then no lines', [line('MUG', 11)], null],
  ])('a repeat with %s answers the same and changes nothing', (_what, first, second) => {
    const scenario = scenarioWithConfirmed(first, 'o-1');
    const before = scenario.reservation('r1');
    const { outcome, changes } = scenario.submit(confirm('r1', { parts: second, paymentReference: 'pay-2' }));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { version: 2, payment_reference: 'pay-1' },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.reservation('r1')).toEqual(before);
  });

  test.each([
    ['fewer', [line('MUG', 11)]],
    ['more', [line('MUG', 13), line('TEE', 1)]],
    ['elsewhere', [line('MUG', 9, 'EAST'), line('MUG', 3, 'WEST'), line('TEE', 1)]],
  ])('a repeat with other lines (%s) is refused', (_what, parts) => {
    const { outcome, changes } = scenarioWithConfirmed().submit(confirm('r1', { parts }));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('a repeat for another order is refused', () => {
    const { outcome } = scenarioWithConfirmed(null, 'o-1').submit(confirm('r1', { orderId: 'o-2' }));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
  });
});

const soldAtOnce = () =>
  new Scenario([level('MUG', 10)]).after(reserve('r1', [line('MUG', 2)], { ttlSeconds: null }));

describe('when it was confirmed with no order and no payment', () => {
  test('it takes both, a repeat changes nothing, and the next event shows them', () => {
    const scenario = soldAtOnce();
    const { outcome, changes } = scenario.submit(
      confirm('r1', { orderId: 'o-1', paymentReference: 'pay-1' }),
    );
    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: { status: 'confirmed', version: 2, order_id: 'o-1', payment_reference: 'pay-1' },
    });
    expect(changes).toMatchObject({ ...NOTHING, updated: [{ id: 'r1' }] });
    const again = confirm('r1', { orderId: 'o-1', paymentReference: 'pay-1' });
    expect(scenario.submit(again)).toMatchObject({ outcome: { changed: false }, changes: NOTHING });
    expect(scenario.submit(fulfill('r1')).changes.events).toMatchObject([
      {
        type: 'warehouse.inventory.deducted',
        reservationVersion: 3,
        data: { order_id: 'o-1', payment_reference: 'pay-1' },
        changed: { previous_status: 'confirmed' },
      },
    ]);
  });

  test('it takes one after the other', () => {
    const scenario = soldAtOnce().after(
      confirm('r1', { paymentReference: 'pay-1' }),
      confirm('r1', { orderId: 'o-1' }),
    );
    expect(scenario.reservation('r1')).toMatchObject({
      orderId: 'o-1',
      paymentReference: 'pay-1',
      version: 3,
    });
  });

  test('it keeps the first payment, and another order is refused', () => {
    const scenario = soldAtOnce().after(confirm('r1', { orderId: 'o-1', paymentReference: 'pay-1' }));
    expect(scenario.submit(confirm('r1', { paymentReference: 'pay-2' }))).toMatchObject({
      outcome: { ok: true, changed: false, reservation: { payment_reference: 'pay-1' } },
      changes: NOTHING,
    });
    const other = scenario.submit(confirm('r1', { orderId: 'o-2', paymentReference: 'pay-2' }));
    expect(codeOf(other)).toBe('invalid_transition');
  });

  test('it takes neither with other lines, and no order that is cancelled', () => {
    const scenario = soldAtOnce().after(orderCancelled('o-1'));
    const elsewhere = confirm('r1', { paymentReference: 'pay-1', parts: [line('MUG', 1)] });
    expect(codeOf(scenario.submit(elsewhere))).toBe('invalid_transition');
    const cancelled = confirm('r1', { orderId: 'o-1', paymentReference: 'pay-1' });
    expect(codeOf(scenario.submit(cancelled))).toBe('order_cancelled');
    expect(scenario.reservation('r1')).toMatchObject({ orderId: null, paymentReference: null, version: 1 });
  });
});

describe('when it is over', () => {
  test.each<[ReservationStatus, string]>([
    ['fulfilled', 'ok'],
    ['released', 'invalid_transition'],
    ['cancelled', 'invalid_transition'],
  ])('%s: %s, and nothing changes, and a refusal is published', (status, code) => {
    const scenario = scenarioWithConfirmed();
    scenario.pretend('r1', { status });
    const { outcome, changes } = scenario.submit(confirm('r1'));
    expect(codeOf(outcome)).toBe(code);
    expect(outcome).toMatchObject(
      code === 'ok' ? { changed: false } : { refusal: { currentStatus: status } },
    );
    expect(changes).toMatchObject(code === 'ok' ? NOTHING : ONLY_A_REFUSAL);
  });

  test('a released hold is not reacquired', () => {
    const scenario = scenarioWithHold();
    scenario.submit(release('r1'));
    expect(codeOf(scenario.submit(confirm('r1', { onExpired: 'reacquire' })))).toBe('invalid_transition');
  });

  test('one that never was is not found', () => {
    expect(codeOf(scenarioWithHold().submit(confirm('r9')))).toBe('reservation_not_found');
  });
});
