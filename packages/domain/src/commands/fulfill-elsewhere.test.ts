import { codeOf, confirm, fulfill, line, reserve } from '@holdfast/testing/vocabulary';
import { level, NOTHING, published, Scenario, scenarioWithHold } from '../fixtures/scenario.ts';
import type { LinePart } from './line-parts.ts';

// Units that leave from another location than theirs: `reallocate`. In `scenarioWithHold`, r1 has 10 mugs in
// EAST and 2 in WEST, where 3 are free, and a tee in EAST.

const confirmed = () => scenarioWithHold().after(confirm('r1'));
const shipped = (parts: readonly LinePart[] | null, rest: object = {}) =>
  fulfill('r1', parts, { reallocate: true, ...rest });

test('a location with free stock ships what is allocated elsewhere, and the total is deducted once', () => {
  const scenario = confirmed();
  const { changes } = scenario.submit(shipped([line('MUG', 5, 'WEST')]));
  expect(scenario.counters('MUG', 'EAST')).toEqual([10, 0, 7]);
  expect(scenario.counters('MUG', 'WEST')).toEqual([0, 0, 0]);
  expect(scenario.reservation('r1').lines[0]).toMatchObject({
    quantity: 12,
    fulfilledQuantity: 5,
    allocations: [
      { location: 'EAST', quantity: 7, fulfilledQuantity: 0 },
      { location: 'WEST', quantity: 5, fulfilledQuantity: 5 },
    ],
  });
  expect(changes.movements.map(({ kind, location }) => `${kind} ${location}`)).toEqual([
    'reallocate EAST',
    'reallocate WEST',
    'fulfill WEST',
  ]);
});

test('it publishes `deducted` alone; the gateway hears only that the old location sends less', () => {
  const { changes } = confirmed().submit(shipped([line('MUG', 5, 'WEST')]));
  expect(published(changes)).toEqual({ events: ['deducted r1'], syncs: ['cancel r1'] });
  expect(changes.events).toMatchObject([
    {
      changed: {
        stock_changes: [
          { location: 'EAST', on_hand: 0, reserved: 0, allocated: -3 },
          { location: 'WEST', on_hand: -5, reserved: 0, allocated: -2 },
        ],
      },
    },
  ]);
  expect(changes.syncs).toMatchObject([
    { lines: [{ sku: 'MUG', location: 'EAST', quantity: 3 }], endsReservation: false },
  ]);
});

test('a hold is confirmed whole first, where it is', () => {
  const scenario = scenarioWithHold();
  const { changes } = scenario.submit(shipped([line('MUG', 5, 'WEST')]));
  expect(published(changes)).toEqual({
    events: ['confirmed r1', 'deducted r1'],
    syncs: ['confirm r1', 'cancel r1'],
  });
  expect(scenario.counters('MUG', 'EAST')).toEqual([10, 0, 7]);
});

test('what the location has itself is not moved, and nothing is when it has all', () => {
  const scenario = confirmed();
  const { changes } = scenario.submit(shipped([line('MUG', 2, 'WEST'), line('MUG', 10)]));
  expect(published(changes).syncs).toEqual([]);
  expect(scenario.counters('MUG', 'EAST')).toEqual([0, 0, 0]);
});

test('what another part takes from where it is is not moved away', () => {
  const scenario = new Scenario([
    level('MUG', 2, 'EAST', { priority: 1 }),
    level('MUG', 2, 'WEST', { priority: 2 }),
    level('MUG', 9, 'NORTH', { priority: 3 }),
  ]);
  scenario.submit(reserve('r1', [line('MUG', 4)], { ttlSeconds: null }));
  const { changes } = scenario.submit(shipped([line('MUG', 2, 'NORTH'), line('MUG', 2, 'WEST')]));
  expect(changes.syncs).toMatchObject([{ lines: [{ location: 'EAST', quantity: 2 }] }]);
  expect(scenario.reservation('r1').status).toBe('fulfilled');
});

test('a fulfillment counts once, whichever location ships it', () => {
  const scenario = confirmed();
  const call = shipped([line('MUG', 5, 'WEST')], { fulfillmentId: 'f-1' });
  scenario.submit(call);
  expect(scenario.submit(call)).toMatchObject({ outcome: { ok: true, changed: false }, changes: NOTHING });
});

test.each<[string, readonly LinePart[], string]>([
  ['the location has too little', [line('MUG', 6, 'WEST')], 'insufficient_stock'],
  ['the SKU has no level there', [line('TEE', 1, 'WEST')], 'insufficient_stock'],
  ['the reservation has fewer', [line('MUG', 13, 'WEST')], 'quantity_exceeds_remaining'],
  [
    'with a part that names no location',
    [line('MUG', 5, 'WEST'), line('MUG', 8)],
    'quantity_exceeds_remaining',
  ],
  ['the location does not exist', [line('MUG', 1, 'NOWHERE')], 'unknown_location'],
])('nothing is done when %s', (_what, parts, code) => {
  const { outcome, changes } = confirmed().submit(shipped(parts));
  expect(codeOf(outcome)).toBe(code);
  expect(changes).toMatchObject(NOTHING);
});

test('without `reallocate`, a location ships only what is allocated there', () => {
  const { outcome } = confirmed().submit(fulfill('r1', [line('MUG', 3, 'WEST')]));
  expect(codeOf(outcome)).toBe('quantity_exceeds_remaining');
});
