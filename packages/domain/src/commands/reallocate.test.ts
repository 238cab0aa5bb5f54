import {
  cancel,
  codeOf,
  confirm,
  fulfill,
  line,
  move,
  reallocate,
  reserve,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, published, Scenario, scenarioWithHold } from '../fixtures/scenario.ts';
import { openUnits, type Allocation, type ReservationLine } from '../reservation.ts';

// In `scenarioWithHold`, r1 has 10 mugs in EAST and 2 in WEST, where 3 are free, and a tee in EAST.

const allocationsOf = (scenario: Scenario, id = 'r1') =>
  scenario
    .reservation(id)
    .lines.map(({ allocations }) =>
      allocations.map(({ location, quantity }) => `${location} ${quantity}`).join(', '),
    );

/** `[reserved, allocated]` at each location. */
const promisedIn = (scenario: Scenario, sku: string, ...locations: readonly string[]) =>
  locations.map((location) => scenario.counters(sku, location).slice(1));

const moved = (scenario: Scenario, ...lines: Parameters<typeof move>[]) =>
  scenario.submit(
    reallocate(
      'r1',
      lines.map((each) => move(...each)),
      'dock closed',
    ),
  );

describe('a hold', () => {
  test('is moved in part: the units count at their new location, and nothing in total changes', () => {
    const scenario = scenarioWithHold();
    const { outcome, changes } = moved(scenario, ['MUG', 'EAST', 'WEST', 3]);
    expect(outcome).toMatchObject({ ok: true, changed: true, reservation: { status: 'held', version: 2 } });
    expect(allocationsOf(scenario)).toEqual(['EAST 7, WEST 5', 'EAST 1']);
    expect(scenario.reservation('r1').lines[0]).toMatchObject({ quantity: 12, requestedQuantity: 12 });
    expect(promisedIn(scenario, 'MUG', 'EAST', 'WEST')).toEqual([
      [7, 0],
      [5, 0],
    ]);
    expect(changes.movements).toMatchObject([
      { location: 'EAST', kind: 'reallocate', reservedDelta: -3, onHandDelta: 0, reason: 'dock closed' },
      { location: 'WEST', kind: 'reallocate', reservedDelta: 3, onHandDelta: 0, reason: 'dock closed' },
    ]);
  });

  test('publishes one `changed`, with what changed at each level, and no sync', () => {
    const { changes } = moved(scenarioWithHold(), ['MUG', 'EAST', 'WEST', 3]);
    expect(published(changes)).toEqual({ events: ['changed r1'], syncs: [] });
    expect(changes.events).toMatchObject([
      {
        reservationVersion: 2,
        changed: {
          previous_status: 'held',
          stock_changes: [
            { sku: 'MUG', location: 'EAST', on_hand: 0, reserved: -3, allocated: 0 },
            { sku: 'MUG', location: 'WEST', on_hand: 0, reserved: 3, allocated: 0 },
          ],
        },
      },
    ]);
  });

  test('without a quantity: all open units there are moved, and the location drops out', () => {
    const scenario = scenarioWithHold();
    scenario.submit(setStock('MUG', 12, 'WEST'));
    moved(scenario, ['MUG', 'EAST', 'WEST']);
    expect(allocationsOf(scenario)).toEqual(['WEST 12', 'EAST 1']);
  });

  test('to a location that it did not have: that comes last', () => {
    const scenario = new Scenario([
      level('MUG', 5, 'EAST'),
      level('MUG', 5, 'WEST'),
      level('MUG', 5, 'NORTH'),
    ]);
    scenario.submit(reserve('r1', [line('MUG', 2, 'WEST')]));
    moved(scenario, ['MUG', 'WEST', 'EAST', 1], ['MUG', 'WEST', 'NORTH', 1]);
    expect(allocationsOf(scenario)).toEqual(['EAST 1, NORTH 1']);
    expect(scenario.reservation('r1').lines).toMatchObject([{ location: 'WEST', quantity: 2 }]);
  });

  test('that has expired is not moved, and its stock is given back', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    expect(codeOf(moved(scenario, ['MUG', 'EAST', 'WEST', 1]).outcome)).toBe('reservation_expired');
    expect(promisedIn(scenario, 'MUG', 'EAST', 'WEST')).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

const confirmed = () => scenarioWithHold().after(confirm('r1'));

describe('what is confirmed', () => {
  test('is cancelled at the old location and sent from the new one, in this order', () => {
    const scenario = confirmed();
    const { changes } = moved(scenario, ['MUG', 'EAST', 'WEST', 2]);
    expect(changes.syncs).toMatchObject([
      {
        action: 'cancel',
        ordinal: 2,
        endsReservation: false,
        lines: [{ sku: 'MUG', location: 'EAST', quantity: 2 }],
      },
      {
        action: 'confirm',
        ordinal: 3,
        endsReservation: false,
        lines: [{ sku: 'MUG', location: 'WEST', quantity: 2 }],
      },
    ]);
    expect(scenario.reservation('r1')).toMatchObject({ version: 3, warehouseSync: { action: 'confirm' } });
    expect(promisedIn(scenario, 'MUG', 'EAST', 'WEST')).toEqual([
      [0, 8],
      [0, 4],
    ]);
  });

  test('and partly fulfilled: only what is open is moved, and the location stays', () => {
    const scenario = confirmed().after(fulfill('r1', [line('MUG', 9, 'EAST')]));
    expect(codeOf(moved(scenario, ['MUG', 'EAST', 'WEST', 2]).outcome)).toBe('quantity_exceeds_remaining');
    moved(scenario, ['MUG', 'EAST', 'WEST']);
    expect(allocationsOf(scenario)).toEqual(['EAST 9, WEST 3', 'EAST 1']);
    expect(scenario.reservation('r1').lines[0]).toMatchObject({
      quantity: 12,
      confirmedQuantity: 12,
      fulfilledQuantity: 9,
      allocations: [{ fulfilledQuantity: 9 }, { fulfilledQuantity: 0 }],
    });
    expect(scenario.after(fulfill('r1')).reservation('r1').status).toBe('fulfilled');
    expect(scenario.counters('MUG', 'WEST')).toEqual([2, 0, 0]);
  });

  test('and partly cancelled: cancelled units stay where they were', () => {
    const scenario = confirmed();
    const { lines } = scenario.reservation('r1');
    const [mugs, tee] = lines as [ReservationLine, ReservationLine];
    const [east, west] = mugs.allocations as [Allocation, Allocation];
    const allocations = [{ ...east, cancelledQuantity: 4 }, west];
    const cancelled = { ...mugs, cancelledQuantity: 4, allocations };
    scenario.pretend('r1', { status: 'confirmed', lines: [cancelled, tee] });
    scenario.damage('MUG', 'EAST', { allocated: 6 });
    moved(scenario, ['MUG', 'EAST', 'WEST', 3]);
    expect(openUnits(scenario.reservation('r1'))).toEqual([
      { sku: 'MUG', location: 'EAST', quantity: 3 },
      { sku: 'MUG', location: 'WEST', quantity: 5 },
      { sku: 'TEE', location: 'EAST', quantity: 1 },
    ]);
  });

  test('is cancelled later where it is by then', () => {
    const scenario = confirmed();
    moved(scenario, ['MUG', 'EAST', 'WEST', 3]);
    scenario.submit(cancel('r1'));
    expect(promisedIn(scenario, 'MUG', 'EAST', 'WEST')).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('all lines are moved, or none', () => {
  test.each([
    [
      'too few are available',
      [move('MUG', 'EAST', 'WEST', 4)],
      { location: 'WEST', requested: 4, available: 3 },
    ],
    [
      'the second line finds what the first has taken',
      [move('MUG', 'EAST', 'WEST', 2), move('MUG', 'EAST', 'WEST', 2)],
      { location: 'WEST', requested: 2, available: 1 },
    ],
    ['the SKU has no level there', [move('TEE', 'EAST', 'WEST', 1)], { sku: 'TEE', available: 0 }],
    ['no other location has any', [move('TEE', 'EAST', null, 1)], { sku: 'TEE', requested: 1, available: 0 }],
  ])('%s: insufficient_stock', (_what, lines, short) => {
    const scenario = scenarioWithHold();
    const { outcome, changes } = scenario.submit(
      reallocate('r1', [move('MUG', 'EAST', 'WEST', 1), ...lines]),
    );
    const found = scenario.submit(reallocate('r1', lines));
    expect(codeOf(outcome)).toBe('insufficient_stock');
    expect(changes).toMatchObject(NOTHING);
    expect(found.outcome).toMatchObject({ refusal: { currentStatus: 'held', lines: [short] } });
  });

  test.each([
    ['an inactive location', level('MUG', 5, 'WEST', { active: false })],
    ['what is kept for safety', level('MUG', 5, 'WEST', { safetyStock: 4 })],
  ])('%s gives nothing', (_what, west) => {
    const scenario = new Scenario([level('MUG', 5, 'EAST'), west]);
    scenario.submit(reserve('r1', [line('MUG', 2)]));
    expect(codeOf(moved(scenario, ['MUG', 'EAST', 'WEST']).outcome)).toBe('insufficient_stock');
  });

  test.each<[string, Parameters<typeof move>, string]>([
    ['a location that does not exist', ['MUG', 'EAST', 'NOWHERE'], 'unknown_location'],
    ['more than it has there', ['MUG', 'EAST', 'WEST', 11], 'quantity_exceeds_remaining'],
    ['a SKU that it does not have there', ['TEE', 'WEST', 'EAST'], 'quantity_exceeds_remaining'],
    ['a SKU that it does not have', ['HAT', 'EAST', 'WEST', 1], 'quantity_exceeds_remaining'],
  ])('%s: %s', (_what, wanted, code) => {
    const { outcome, changes } = moved(scenarioWithHold(), ['MUG', 'EAST', 'WEST', 1], wanted);
    expect(codeOf(outcome)).toBe(code);
    expect(changes).toMatchObject(NOTHING);
  });

  test('a due hold is given back before the target is looked at', () => {
    const scenario = new Scenario([level('MUG', 2, 'EAST'), level('MUG', 2, 'WEST')]);
    scenario.submit(reserve('brief', [line('MUG', 2, 'WEST')], { ttlSeconds: 60 }));
    scenario.submit(reserve('r1', [line('MUG', 2, 'EAST')]));
    scenario.passTime(60);
    expect(codeOf(moved(scenario, ['MUG', 'EAST', 'WEST']).outcome)).toBe('ok');
  });
});

/** Both mugs of r1 are missing in EAST; two are free in WEST, of which none may be promised. */
function short(): Scenario {
  const scenario = new Scenario([level('MUG', 2, 'EAST', { priority: 1 }), level('MUG', 2, 'WEST')]);
  return scenario.after(reserve('r1', [line('MUG', 2)]), setStock('MUG', 0, 'EAST'));
}

describe('a move promises nothing new', () => {
  test.each(['WEST', null])('so it needs what the target has, not what the SKU may promise (%s)', (to) => {
    const scenario = short();
    expect(codeOf(scenario.submit(reserve([line('MUG', 1)])).outcome)).toBe('insufficient_stock');
    expect(codeOf(moved(scenario, ['MUG', 'EAST', to]).outcome)).toBe('ok');
    expect(promisedIn(scenario, 'MUG', 'EAST', 'WEST')).toEqual([
      [0, 0],
      [2, 0],
    ]);
  });

  test('and two lines can change places where nothing is free', () => {
    const scenario = new Scenario([level('MUG', 2, 'EAST'), level('MUG', 2, 'WEST')]);
    scenario.submit(reserve('r1', [line('MUG', 2, 'EAST'), line('MUG', 2, 'WEST')]));
    moved(scenario, ['MUG', 'EAST', 'WEST'], ['MUG', 'WEST', 'EAST']);
    expect(allocationsOf(scenario)).toEqual(['WEST 2', 'EAST 2']);
  });
});
