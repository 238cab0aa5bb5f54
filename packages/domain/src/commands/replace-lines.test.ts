import { codeOf, confirm, fulfill, line, release, replaceLines, reserve } from '@holdfast/testing/vocabulary';
import {
  iso,
  level,
  NOTHING,
  NOW,
  openByLine,
  published,
  Scenario,
  scenarioWithHold,
} from '../fixtures/scenario.ts';
import { allocate } from '../reservation.ts';

/** Two mugs in EAST and one in WEST, held by `r1`. */
const threeMugs = () =>
  new Scenario([level('MUG', 2, 'EAST', { priority: 1 }), level('MUG', 5, 'WEST')]).after(
    reserve('r1', [line('MUG', 3)]),
  );

describe('of a hold', () => {
  test('less of a line is given back from the last allocation first, and published with what has moved', () => {
    const scenario = scenarioWithHold();
    const { outcome, changes } = scenario.submit(replaceLines('r1', [line('MUG', 9), line('TEE', 1)]));
    expect(outcome).toMatchObject({
      changed: true,
      reservation: { status: 'held', version: 2, expires_at: iso(NOW + 900_000), extensions: 0 },
    });
    expect(scenario.reservation('r1').lines).toMatchObject([
      { sku: 'MUG', quantity: 9, requestedQuantity: 9, allocations: [allocate('EAST', 9)] },
      { sku: 'TEE', quantity: 1 },
    ]);
    expect(published(changes)).toEqual({ events: ['changed r1'], syncs: [] });
    expect(changes.events[0]?.changed).toEqual({
      previous_status: 'held',
      stock_changes: [
        { sku: 'MUG', location: 'WEST', on_hand: 0, reserved: -2, allocated: 0 },
        { sku: 'MUG', location: 'EAST', on_hand: 0, reserved: -1, allocated: 0 },
      ],
    });
    expect(scenario.counters('MUG', 'EAST')).toEqual([10, 9, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
  });

  test('from 3 to 2 to 3 the two that it keeps are not moved, though their location has nothing free', () => {
    const scenario = threeMugs();
    scenario.submit(replaceLines('r1', [line('MUG', 2)]));
    expect(openByLine(scenario.reservation('r1'))).toEqual([['MUG', 'EAST 2']]);
    const { changes } = scenario.submit(replaceLines('r1', [line('MUG', 3)]));
    expect(openByLine(scenario.reservation('r1'))).toEqual([['MUG', 'EAST 2', 'WEST 1']]);
    expect(changes.movements).toMatchObject([{ kind: 'reserve', location: 'WEST', reservedDelta: 1 }]);
  });

  test('what is added where the line has units already is added to that allocation', () => {
    const scenario = scenarioWithHold().after(replaceLines('r1', [line('MUG', 14)]));
    expect(openByLine(scenario.reservation('r1'))).toEqual([['MUG', 'EAST 10', 'WEST 4']]);
  });

  test('a line that is not named goes, and a new one comes last', () => {
    const scenario = scenarioWithHold().after(release('r1'), reserve('r2', [line('MUG'), line('TEE', 2)]));
    scenario.submit(replaceLines('r2', [line('MUG', 1, 'WEST'), line('TEE', 1)]));
    expect(scenario.reservation('r2').lines).toMatchObject([
      { sku: 'TEE', location: null, quantity: 1 },
      { sku: 'MUG', location: 'WEST', quantity: 1 },
    ]);
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 1, 0]);
  });

  test('its own units count as free: the last one moves from a line to a pinned one', () => {
    const scenario = new Scenario([level('MUG', 1)]).after(reserve('r1', [line('MUG')]));
    const { outcome } = scenario.submit(replaceLines('r1', [line('MUG', 1, 'EAST')]));
    expect(outcome).toMatchObject({ changed: true, reservation: { lines: [{ location: 'EAST' }] } });
    expect(scenario.counters('MUG')).toEqual([1, 1, 0]);
  });

  test('too little for the increase is refused with what it could have in all, and nothing is given back', () => {
    const scenario = scenarioWithHold();
    const before = scenario.reservation('r1');
    const { outcome, changes } = scenario.submit(replaceLines('r1', [line('MUG', 16)]));
    expect(outcome).toMatchObject({
      refusal: {
        code: 'insufficient_stock',
        lines: [{ sku: 'MUG', requested: 16, available: 15 }],
        currentStatus: 'held',
      },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.reservation('r1')).toEqual(before);
  });

  test('the same lines, in whatever order, change nothing', () => {
    const scenario = scenarioWithHold();
    const { outcome, changes } = scenario.submit(replaceLines('r1', [line('TEE', 1), line('MUG', 12)]));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { version: 1 } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('lines of one SKU and pin are added up', () => {
    const scenario = scenarioWithHold();
    const lines = [line('MUG', 5), line('TEE', 1), line('MUG', 7)];
    expect(scenario.submit(replaceLines('r1', lines)).outcome).toMatchObject({ changed: false });
  });

  test('partial takes what there is of each increase, a new line of which there is nothing included', () => {
    const scenario = scenarioWithHold().after(reserve('r2', [line('TEE', 2)]));
    const wanted = [line('MUG', 20), line('TEE', 1, 'EAST')];
    const { outcome } = scenario.submit(
      replaceLines('r1', [...wanted, line('TEE', 3)], { ifShort: 'partial' }),
    );
    expect(outcome).toMatchObject({
      changed: true,
      reservation: {
        lines: [
          { sku: 'MUG', quantity: 15, requested_quantity: 20 },
          { sku: 'TEE', location: null, quantity: 1, requested_quantity: 3 },
          { sku: 'TEE', location: 'EAST', quantity: 0, requested_quantity: 1, allocations: [] },
        ],
      },
    });
    expect(scenario.counters('TEE')).toEqual([3, 3, 0]);
  });

  test('partial is refused unless the units may be split, by the call or else by the reservation', () => {
    const scenario = threeMugs().after(
      release('r1'),
      reserve('r2', [line('MUG', 1)], { sourcing: 'single_location' }),
    );
    const partial = { ifShort: 'partial' } as const;
    const { outcome } = scenario.submit(replaceLines('r2', [line('MUG', 9)], partial));
    expect(outcome).toMatchObject({ refusal: { code: 'validation_failed', errors: [{ path: 'if_short' }] } });
    scenario.submit(replaceLines('r2', [line('MUG', 9)], { ...partial, sourcing: 'split' }));
    expect(openByLine(scenario.reservation('r2'))).toEqual([['MUG', 'EAST 2', 'WEST 5']]);
  });

  test('partial is refused if nothing at all would be held', () => {
    const scenario = scenarioWithHold().after(reserve('r2', [line('TEE', 2)]));
    const { outcome, changes } = scenario.submit(
      replaceLines('r2', [line('MUG', 9, 'EAST')], { ifShort: 'partial' }),
    );
    expect(codeOf(outcome)).toBe('insufficient_stock');
    expect(changes).toMatchObject(NOTHING);
  });

  test('too little is refused with the lines that a create would be refused with', () => {
    const scenario = new Scenario([level('MUG', 1), level('MUG', 1, 'WEST'), level('TEE', 1)]);
    scenario.after(reserve('r1', [line('TEE')]));
    const lines = [line('MUG', 3, 'EAST'), line('MUG', 2)];
    const short = [{ sku: 'MUG', location: 'EAST', requested: 3, available: 1 }];
    expect(scenario.submit(reserve(lines)).outcome).toMatchObject({ refusal: { lines: short } });
    expect(scenario.submit(replaceLines('r1', lines)).outcome).toMatchObject({ refusal: { lines: short } });
  });

  test.each(['no_split', 'single_location'] as const)(
    'with %s, what is added comes from where the line is',
    (sourcing) => {
      const scenario = threeMugs().after(release('r1'), reserve('r2', [line('MUG', 1)], { sourcing }));
      expect(codeOf(scenario.submit(replaceLines('r2', [line('MUG', 2)])))).toBe('ok');
      expect(openByLine(scenario.reservation('r2'))).toEqual([['MUG', 'EAST 2']]);
      const { outcome } = scenario.submit(replaceLines('r2', [line('MUG', 3)]));
      const short = [{ sku: 'MUG', requested: 3, available: 2 }];
      expect(outcome).toMatchObject({ refusal: { code: 'insufficient_stock', lines: short } });
      scenario.submit(replaceLines('r2', [line('MUG', 3)], { sourcing: 'split' }));
      expect(openByLine(scenario.reservation('r2'))).toEqual([['MUG', 'EAST 2', 'WEST 1']]);
    },
  );

  test('only listed locations give what is added, in their order; a list that is not sent is that of the hold', () => {
    const scenario = new Scenario(['EAST', 'NORTH', 'WEST'].map((at) => level('MUG', 2, at)));
    scenario.after(reserve('r1', [line('MUG', 1)], { locations: ['WEST', 'EAST'] }));
    scenario.submit(replaceLines('r1', [line('MUG', 3)]));
    expect(openByLine(scenario.reservation('r1'))).toEqual([['MUG', 'WEST 2', 'EAST 1']]);
    scenario.submit(replaceLines('r1', [line('MUG', 5)], { locations: ['NORTH'] }));
    expect(openByLine(scenario.reservation('r1'))).toEqual([['MUG', 'WEST 2', 'EAST 1', 'NORTH 2']]);
    const { outcome } = scenario.submit(replaceLines('r1', [line('MUG', 6)], { locations: ['NORTH'] }));
    expect(outcome).toMatchObject({ refusal: { lines: [{ requested: 6, available: 5 }] } });
    const unknown = scenario.submit(replaceLines('r1', [line('MUG', 1)], { locations: ['SOUTH'] }));
    expect(codeOf(unknown)).toBe('unknown_location');
  });

  test('a limit of the SKU refuses only more than there was', () => {
    const scenario = new Scenario([level('HAT', 20)], [{ sku: 'HAT', maxPerReservation: 3 }]);
    scenario.after(reserve('r1', [line('HAT', 3)]));
    scenario.pretend('r1', { status: 'held' });
    expect(codeOf(scenario.submit(replaceLines('r1', [line('HAT', 4)])))).toBe('quantity_limit_exceeded');
    const [old] = scenario.reservation('r1').lines;
    const lines = old
      ? [{ ...old, quantity: 5, requestedQuantity: 5, allocations: [allocate('EAST', 5)] }]
      : [];
    scenario.pretend('r1', { status: 'held', lines });
    scenario.damage('HAT', 'EAST', { reserved: 5 });
    expect(codeOf(scenario.submit(replaceLines('r1', [line('HAT', 4)])))).toBe('ok');
    expect(codeOf(scenario.submit(replaceLines('r1', [line('HAT', 5)])))).toBe('quantity_limit_exceeded');
  });

  test('units that have left count to the limit of their SKU, also if their line is not named', () => {
    const scenario = new Scenario([level('HAT', 20)], [{ sku: 'HAT', maxPerReservation: 3 }]);
    scenario.after(reserve('r1', [line('HAT', 2, 'EAST'), line('HAT', 1)]), confirm('r1'));
    scenario.after(fulfill('r1', [line('HAT', 2)]));
    expect(codeOf(scenario.submit(replaceLines('r1', [line('HAT', 2)])))).toBe('quantity_limit_exceeded');
    expect(codeOf(scenario.submit(replaceLines('r1', [line('HAT', 1)])))).toBe('ok');
  });

  test('a SKU or a pin that does not exist is refused', () => {
    const scenario = scenarioWithHold();
    expect(codeOf(scenario.submit(replaceLines('r1', [line('CUP')])))).toBe('unknown_sku');
    expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', 1, 'NORTH')])))).toBe('unknown_location');
  });
});

describe('with renew', () => {
  const renew = { ttlSeconds: 900, extensionsMax: 1, holdMaxSeconds: 1_200 };

  test('a hold is extended as far as it may be, once for each extension that it has', () => {
    const scenario = scenarioWithHold();
    scenario.passTime(600);
    const { outcome, changes } = scenario.submit(replaceLines('r1', [line('MUG', 1)], { renew }));
    const reservation = { expires_at: iso(NOW + 1_200_000), extensions: 1 };
    expect(outcome).toMatchObject({ changed: true, reservation });
    expect(published(changes).events).toEqual(['changed r1']);
    scenario.passTime(1);
    const again = scenario.submit(
      replaceLines('r1', [line('MUG', 2)], { renew: { ...renew, holdMaxSeconds: 9_000 } }),
    );
    expect(again.outcome).toMatchObject({ changed: true, reservation });
  });

  test('the same lines are extended too, and a reached limit is then no change', () => {
    const scenario = scenarioWithHold();
    scenario.passTime(60);
    const same = [line('MUG', 12), line('TEE', 1)];
    const { outcome, changes } = scenario.submit(replaceLines('r1', same, { renew }));
    expect(outcome).toMatchObject({ changed: true, reservation: { extensions: 1, version: 2 } });
    expect(changes).toMatchObject({ movements: [], linesReplaced: [] });
    scenario.passTime(60);
    expect(scenario.submit(replaceLines('r1', same, { renew })).outcome).toMatchObject({ changed: false });
  });

  test('a confirmed reservation stays without an end', () => {
    const scenario = scenarioWithHold().after(confirm('r1'));
    const { outcome } = scenario.submit(replaceLines('r1', [line('MUG', 1)], { renew }));
    expect(outcome).toMatchObject({ changed: true, reservation: { extensions: 0 } });
  });
});

describe('by version', () => {
  test('of two that saw the same version, one wins', () => {
    const scenario = scenarioWithHold();
    const [first, second] = scenario.decide(
      replaceLines('r1', [line('MUG', 1)], { ifVersion: [1] }),
      replaceLines('r1', [line('MUG', 2)], { ifVersion: [1] }),
    ).outcomes;
    expect([first, second].map((each) => each && codeOf(each))).toEqual(['ok', 'version_conflict']);
    expect(scenario.reservation('r1')).toMatchObject({ version: 2, lines: [{ quantity: 1 }] });
  });

  test('a list may name the version, and any is any', () => {
    const scenario = scenarioWithHold();
    for (const ifVersion of [[7, 1], 'any', [9, 3]] as const) {
      const quantity = scenario.reservation('r1').version;
      expect(codeOf(scenario.submit(replaceLines('r1', [line('MUG', quantity)], { ifVersion })))).toBe('ok');
    }
  });

  test('of a hold that is over, its end is answered and not its version', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    const { outcome } = scenario.submit(replaceLines('r1', [line('MUG', 1)], { ifVersion: [1] }));
    expect(codeOf(outcome)).toBe('reservation_expired');
  });
});

test('one that never was is not found', () => {
  expect(codeOf(scenarioWithHold().submit(replaceLines('r9', [line('MUG')])))).toBe('reservation_not_found');
});
