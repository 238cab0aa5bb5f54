import {
  cancel,
  codeOf,
  confirm,
  fulfill,
  line,
  release,
  reserve,
  returnUnits,
} from '@holdfast/testing/vocabulary';
import type { Command } from '../commands.ts';
import { brokenBy } from '../fixtures/promises.ts';
import { level, NOTHING, published, Scenario } from '../fixtures/scenario.ts';
import { ON_HAND_MAX } from '../stock-level.ts';

/** 12 mugs, 10 from EAST and 2 from WEST, and two tees. STORE has neither yet. */
function scenarioWithSold(): Scenario {
  const scenario = new Scenario([
    level('MUG', 10, 'EAST', { priority: 1 }),
    level('MUG', 5, 'WEST'),
    level('MUG', 0, 'STORE', { active: false, version: 0, levelSeq: 0 }),
    level('TEE', 3, 'EAST', { priority: 1 }),
  ]);
  return scenario.after(reserve('r1', [line('MUG', 12), line('TEE', 2)]), confirm('r1'));
}

const scenarioWithShipped = () => scenarioWithSold().after(fulfill('r1'));

/** A part that came back to a location. */
const backTo = (to: string, sku: string, quantity: number, from: string | null = null) => ({
  ...line(sku, quantity, from),
  to,
});

/** Decides one command, and expects that the decision breaks no rule. */
function submitTo(scenario: Scenario, command: Command) {
  const before = scenario.snapshot;
  const { outcome, changes } = scenario.submit(command);
  expect(brokenBy(before, [outcome], changes)).toEqual([]);
  return { outcome, changes };
}

describe('units that came back', () => {
  test('are on hand where they left from, the first allocation first, and can be sold', () => {
    const scenario = scenarioWithShipped();
    const { version } = scenario.level('MUG');
    const { outcome, changes } = submitTo(
      scenario,
      returnUnits('r1', [line('MUG', 11)], { reason: 'too big' }),
    );
    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'fulfilled',
        lines: [
          {
            fulfilled_quantity: 12,
            returned_quantity: 11,
            allocations: [
              { location: 'EAST', fulfilled_quantity: 10, returned_quantity: 10 },
              { location: 'WEST', fulfilled_quantity: 2, returned_quantity: 1 },
            ],
          },
          { returned_quantity: 0 },
        ],
      },
    });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([4, 0, 0]);
    expect(scenario.level('MUG').version).toBe(version + 1);
    expect(changes.movements.map(({ kind, onHandDelta, reason }) => [kind, onHandDelta, reason])).toEqual([
      ['return', 10, 'too big'],
      ['return', 1, 'too big'],
    ]);
    expect(published(changes)).toEqual({ events: ['returned r1'], syncs: [] });
    expect(changes.events[0]).toMatchObject({
      changed: {
        previous_status: 'fulfilled',
        reason: 'too big',
        stock_changes: [
          { location: 'EAST', on_hand: 10 },
          { location: 'WEST', on_hand: 1 },
        ],
      },
    });
    expect(scenario.submit(reserve('r2', [line('MUG', 14)])).outcome).toMatchObject({ ok: true });
  });

  test('come to the location that is named, also an inactive one that has never had the SKU', () => {
    const scenario = scenarioWithShipped();
    submitTo(scenario, returnUnits('r1', [backTo('STORE', 'MUG', 2, 'WEST'), backTo('STORE', 'MUG', 1)]));
    expect(scenario.counters('MUG', 'STORE')).toEqual([3, 0, 0]);
    expect(scenario.level('MUG', 'STORE').version).toBe(1);
    expect(scenario.reservation('r1').lines[0]?.allocations).toMatchObject([
      { location: 'EAST', returnedQuantity: 1 },
      { location: 'WEST', returnedQuantity: 2 },
    ]);
  });

  test('that cannot be sold again are recorded, and nothing moves', () => {
    const scenario = scenarioWithShipped();
    const broken = returnUnits('r1', [line('MUG', 2)], { restock: false, reason: 'broken' });
    const { outcome, changes } = submitTo(scenario, broken);
    expect(outcome).toMatchObject({ changed: true, reservation: { lines: [{ returned_quantity: 2 }, {}] } });
    expect(changes).toMatchObject({ movements: [], levels: [] });
    expect(changes.events[0]).toMatchObject({ changed: { stock_changes: [], reason: 'broken' } });
    expect(scenario.counters('MUG')).toEqual([0, 0, 0]);
  });

  test('may come back while other units are still open', () => {
    const scenario = scenarioWithSold().after(fulfill('r1', [line('MUG', 3)]));
    const { outcome } = submitTo(scenario, returnUnits('r1', [line('MUG', 3)]));
    expect(outcome).toMatchObject({ reservation: { status: 'confirmed' } });
    expect(scenario.counters('MUG')).toEqual([10, 0, 7]);
    expect(submitTo(scenario, fulfill('r1')).outcome).toMatchObject({
      reservation: { status: 'fulfilled', lines: [{ fulfilled_quantity: 12, returned_quantity: 3 }, {}] },
    });
  });

  test('fill up what a location lacks', () => {
    const scenario = scenarioWithShipped().after(reserve('r2', [line('MUG', 3)]));
    scenario.damage('MUG', 'WEST', { onHand: 1 });
    submitTo(scenario, returnUnits('r1', [line('MUG', 2, 'WEST')]));
    expect(scenario.counters('MUG', 'WEST')).toEqual([3, 3, 0]);
  });
});

describe('returned is at most fulfilled', () => {
  test.each([
    ['more than went out', [line('MUG', 13)], [{ sku: 'MUG', requested: 13, remaining: 12 }]],
    [
      'more than left a location',
      [line('MUG', 3, 'WEST')],
      [{ location: 'WEST', requested: 3, remaining: 2 }],
    ],
    ['a SKU that it does not have', [line('HAT', 1)], [{ sku: 'HAT', remaining: 0 }]],
    [
      'too much in several lines',
      [line('TEE', 1), line('TEE', 2)],
      [{ sku: 'TEE', requested: 3, remaining: 2 }],
    ],
  ])('%s is refused, and nothing is on hand again', (_what, parts, lines) => {
    const scenario = scenarioWithShipped();
    const { outcome, changes } = scenario.submit(returnUnits('r1', parts));
    expect(outcome).toMatchObject({ refusal: { code: 'quantity_exceeds_remaining', lines } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('also over several returns, restocked or not', () => {
    const scenario = scenarioWithShipped().after(
      returnUnits('r1', [line('TEE', 1)]),
      returnUnits('r1', [line('TEE', 1)], { restock: false }),
    );
    expect(scenario.submit(returnUnits('r1', [line('TEE', 1)])).outcome).toMatchObject({
      refusal: { code: 'quantity_exceeds_remaining', lines: [{ requested: 1, remaining: 0 }] },
    });
  });

  test('units that were cancelled have not left', () => {
    const scenario = scenarioWithSold().after(fulfill('r1', [line('MUG', 2)]), cancel('r1'));
    expect(codeOf(scenario.submit(returnUnits('r1', [line('MUG', 3)])))).toBe('quantity_exceeds_remaining');
    expect(codeOf(submitTo(scenario, returnUnits('r1', [line('MUG', 2)])))).toBe('ok');
  });
});

test.each([
  ['held', new Scenario([level('MUG', 3)]).after(reserve('r1', [line('MUG', 1)]))],
  ['released', new Scenario([level('MUG', 3)]).after(reserve('r1', [line('MUG', 1)]), release('r1'))],
  ['cancelled', scenarioWithSold().after(cancel('r1'))],
])('nothing comes back of a reservation that is %s', (currentStatus, scenario) => {
  expect(scenario.submit(returnUnits('r1', [line('MUG', 1)]))).toMatchObject({
    outcome: { refusal: { code: 'invalid_transition', currentStatus } },
    changes: NOTHING,
  });
});

describe('where they came back to', () => {
  test('must exist', () => {
    const scenario = scenarioWithShipped();
    const { outcome, changes } = scenario.submit(returnUnits('r1', [backTo('MOON', 'MUG', 1)]));
    expect(outcome).toMatchObject({
      refusal: { code: 'unknown_location', detail: expect.stringContaining('PUT') },
    });
    expect(changes).toMatchObject(NOTHING);
  });

  test('that is new since the levels were locked is to be tried again', () => {
    const scenario = scenarioWithShipped();
    expect(scenario.submit(returnUnits('r1', [backTo('STORE', 'TEE', 1)])).outcome).toMatchObject({
      refusal: { code: 'unknown_location', detail: expect.stringContaining('Try again') },
    });
  });

  test('has a limit, in all lines together', () => {
    const scenario = scenarioWithShipped();
    scenario.damage('MUG', 'WEST', { onHand: ON_HAND_MAX - 3 });
    const full = [backTo('WEST', 'MUG', 2), backTo('WEST', 'MUG', 2)];
    expect(scenario.submit(returnUnits('r1', full))).toMatchObject({
      outcome: { refusal: { code: 'quantity_limit_exceeded' } },
      changes: NOTHING,
    });
  });
});

describe('a return_id', () => {
  const first = returnUnits('r1', [line('MUG', 2, 'EAST')], { returnId: 'rma-1' });

  test('counts once, also for twins in one batch, and is the reason where there is none', () => {
    const scenario = scenarioWithShipped();
    const { outcomes, changes } = scenario.decide(first, first);
    expect(outcomes).toMatchObject([{ changed: true }, { changed: false }]);
    expect(changes.movements).toMatchObject([{ reason: 'rma-1', onHandDelta: 2 }]);
    expect(changes.recordedParts).toMatchObject([{ kind: 'return', partId: 'rma-1' }]);
    expect(scenario.counters('MUG')).toEqual([2, 0, 0]);
  });

  test.each([
    ['another quantity', returnUnits('r1', [line('MUG', 1, 'EAST')], { returnId: 'rma-1' })],
    [
      'another place to come to',
      returnUnits('r1', [backTo('WEST', 'MUG', 2, 'EAST')], { returnId: 'rma-1' }),
    ],
    ['units that are not restocked', { ...first, restock: false }],
  ])('is of other units: %s', (_what, other) => {
    const scenario = scenarioWithShipped().after(first);
    expect(codeOf(scenario.submit(other))).toBe('idempotency_key_reused');
  });

  test('is of the same units where their place is named, which is the default', () => {
    const scenario = scenarioWithShipped().after(first);
    const same = returnUnits('r1', [backTo('EAST', 'MUG', 2, 'EAST')], { returnId: 'rma-1' });
    expect(scenario.submit(same).outcome).toMatchObject({ ok: true, changed: false });
  });

  test('is not used up by a refusal', () => {
    const scenario = scenarioWithShipped();
    const tooMany = returnUnits('r1', [line('MUG', 99)], { returnId: 'rma-1' });
    expect(codeOf(scenario.submit(tooMany))).toBe('quantity_exceeds_remaining');
    expect(scenario.submit(first).outcome).toMatchObject({ ok: true, changed: true });
  });
});
