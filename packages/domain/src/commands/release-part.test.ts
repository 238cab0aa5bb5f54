import { cancel, codeOf, confirm, extend, line, release, reserve } from '@holdfast/testing/vocabulary';
import type { Command } from '../commands.ts';
import { brokenBy } from '../fixtures/promises.ts';
import { level, NOTHING, published, Scenario, scenarioWithHold } from '../fixtures/scenario.ts';
import type { LinePart } from './line-parts.ts';

// `scenarioWithHold`: 12 mugs, 10 in EAST and 2 in WEST, and one tee.

const part = (parts: readonly LinePart[], releaseId: string | null = null, reason: string | null = null) =>
  release('r1', reason, { parts, releaseId });

/** Decides one command, and expects that the decision breaks no rule. */
function submitTo(scenario: Scenario, command: Command) {
  const before = scenario.snapshot;
  const { outcome, changes } = scenario.submit(command);
  expect(brokenBy(before, [outcome], changes)).toEqual([]);
  return { outcome, changes };
}

describe('a part of a hold', () => {
  test('is given back from the last allocation first, and the hold goes on', () => {
    const scenario = scenarioWithHold();
    const { expiresAt } = scenario.reservation('r1');
    const { outcome, changes } = submitTo(scenario, part([line('MUG', 3)], null, 'one too many'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'held',
        release_reason: null,
        released_at: null,
        version: 2,
        lines: [
          {
            sku: 'MUG',
            quantity: 9,
            requested_quantity: 12,
            cancelled_quantity: 0,
            allocations: [{ location: 'EAST', quantity: 9 }],
          },
          { sku: 'TEE', quantity: 1 },
        ],
        warehouse_sync: null,
      },
    });
    expect(scenario.reservation('r1').expiresAt).toBe(expiresAt);
    expect(scenario.counters('MUG')).toEqual([10, 9, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(published(changes)).toEqual({ events: ['changed r1'], syncs: [] });
    expect(changes.events[0]).toMatchObject({
      changed: {
        previous_status: 'held',
        reason: 'one too many',
        stock_changes: [
          { sku: 'MUG', location: 'EAST', on_hand: 0, reserved: -1, allocated: 0 },
          { sku: 'MUG', location: 'WEST', on_hand: 0, reserved: -2, allocated: 0 },
        ],
      },
    });
    expect(changes.movements.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['release', 'one too many'],
      ['release', 'one too many'],
    ]);
  });

  test('may name its location, and is then taken before parts that name none', () => {
    const scenario = scenarioWithHold();
    submitTo(scenario, part([line('MUG', 2), line('MUG', 4, 'EAST')]));
    expect(scenario.counters('MUG')).toEqual([10, 6, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
  });

  test('that is all of a line takes the line away', () => {
    const scenario = scenarioWithHold();
    const { outcome, changes } = submitTo(scenario, part([line('TEE', 1)]));
    expect(outcome).toMatchObject({ reservation: { status: 'held', lines: [{ sku: 'MUG', quantity: 12 }] } });
    expect(scenario.reservation('r1').lines).toHaveLength(1);
    expect(changes.linesReplaced).toHaveLength(1);
  });

  test('leaves a line of which nothing could be taken as it is', () => {
    const scenario = new Scenario([level('MUG', 2)]);
    scenario.submit(reserve('r1', [line('MUG', 2)]));
    const [mugs] = scenario.reservation('r1').lines;
    if (!mugs) throw new Error('the hold has no line');
    const tees = { ...mugs, sku: 'TEE', quantity: 0, allocations: [] };
    scenario.pretend('r1', { status: 'held', lines: [mugs, tees] });
    submitTo(scenario, part([line('MUG', 1)]));
    expect(scenario.reservation('r1').lines).toMatchObject([{ quantity: 1 }, { sku: 'TEE', quantity: 0 }]);
    expect(submitTo(scenario, part([line('MUG', 1)])).outcome).toMatchObject({
      reservation: { status: 'released' },
    });
  });

  test('comes from the last line first, where a SKU has several', () => {
    const scenario = new Scenario([level('MUG', 5, 'EAST', { priority: 1 }), level('MUG', 5, 'WEST')]);
    scenario.submit(reserve('r1', [line('MUG', 2), line('MUG', 2, 'WEST')]));
    submitTo(scenario, part([line('MUG', 3)]));
    expect(scenario.reservation('r1').lines).toMatchObject([{ location: null, quantity: 1 }]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
  });

  test('is free for others at once, also in the same batch', () => {
    const scenario = new Scenario([level('MUG', 4)]);
    scenario.submit(reserve('r1', [line('MUG', 4)]));
    const { outcomes } = scenario.decide(part([line('MUG', 3)]), reserve('r2', [line('MUG', 3)]));
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }]);
    expect(scenario.counters('MUG')).toEqual([4, 4, 0]);
  });

  test('is permanent: a confirm, an expiry and a reacquire are about the rest', () => {
    const confirmed = scenarioWithHold().after(part([line('MUG', 5)]), confirm('r1'));
    expect(confirmed.reservation('r1').lines[0]).toMatchObject({ quantity: 7, confirmedQuantity: 7 });
    expect(confirmed.counters('MUG')).toEqual([10, 0, 7]);

    const expired = scenarioWithHold().after(part([line('MUG', 5)]));
    expired.passTime();
    expired.submit(extend('r1'));
    expect(expired.counters('MUG')).toEqual([10, 0, 0]);
    const { changes } = submitTo(expired, confirm('r1', { onExpired: 'reacquire' }));
    expect(changes.syncs).toMatchObject([{ lines: [{ sku: 'MUG', quantity: 7 }, { sku: 'TEE' }] }]);
  });
});

describe('parts that name everything', () => {
  test.each([
    ['at once', [[line('MUG', 12), line('TEE', 1)]]],
    ['one after the other', [[line('TEE', 1)], [line('MUG', 10, 'EAST')], [line('MUG', 2)]]],
  ])('end the hold as a whole release does: %s', (_how, releases) => {
    const scenario = scenarioWithHold();
    const last = releases.at(-1) ?? [];
    for (const parts of releases.slice(0, -1)) submitTo(scenario, part(parts));
    const { outcome, changes } = submitTo(scenario, part(last, null, 'cart emptied'));
    expect(outcome).toMatchObject({
      reservation: {
        status: 'released',
        release_reason: 'cart emptied',
        released_at: expect.any(String),
        warehouse_sync: { action: 'release' },
      },
    });
    expect(published(changes)).toEqual({ events: ['released r1'], syncs: ['release r1'] });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 0]);
  });

  test('leave the lines that the hold had last, as a record', () => {
    const scenario = scenarioWithHold().after(part([line('TEE', 1)]), part([line('MUG', 12)]));
    expect(scenario.reservation('r1').lines).toMatchObject([{ sku: 'MUG', quantity: 12 }]);
  });
});

describe('a release_id', () => {
  test('counts once, also in one batch and when the same units are named differently', () => {
    const scenario = scenarioWithHold();
    const { outcomes, changes } = scenario.decide(
      part([line('MUG', 2), line('TEE', 1)], 'p-1'),
      part([line('TEE', 1), line('MUG', 1), line('MUG', 1)], 'p-1'),
    );
    expect(outcomes).toMatchObject([{ changed: true }, { changed: false, reservation: { version: 2 } }]);
    expect(changes.recordedParts).toEqual([
      { reservationId: 'r1', kind: 'release', partId: 'p-1', parts: [line('MUG', 2), line('TEE', 1)] },
    ]);
  });

  test.each([
    ['confirmed', [confirm('r1')]],
    ['cancelled', [confirm('r1'), cancel('r1')]],
    ['released', [release('r1')]],
  ])('is answered before the state is looked at: %s', (status, since) => {
    const scenario = scenarioWithHold().after(part([line('MUG', 2)], 'p-1'), ...since);
    const { outcome, changes } = scenario.submit(part([line('MUG', 2)], 'p-1'));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { status } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('with other lines is refused, whatever the state', () => {
    const scenario = scenarioWithHold().after(part([line('MUG', 2)], 'p-1'));
    for (const since of [[], [confirm('r1')]]) {
      scenario.after(...since);
      for (const other of [part([line('MUG', 3)], 'p-1'), release('r1', null, { releaseId: 'p-1' })]) {
        const { outcome, changes } = scenario.submit(other);
        expect(codeOf(outcome)).toBe('idempotency_key_reused');
        expect(changes).toMatchObject(NOTHING);
      }
    }
  });

  test('is not used up by a refusal', () => {
    const scenario = scenarioWithHold();
    expect(codeOf(scenario.submit(part([line('MUG', 13)], 'p-1')))).toBe('quantity_exceeds_remaining');
    expect(scenario.submit(part([line('MUG', 1)], 'p-1')).outcome).toMatchObject({ changed: true });
  });

  test('is not that of a cancellation', () => {
    const scenario = scenarioWithHold().after(part([line('MUG', 2)], 'p-1'), confirm('r1'));
    const other = cancel('r1', null, { parts: [line('MUG', 1)], cancellationId: 'p-1' });
    expect(scenario.submit(other).outcome).toMatchObject({ ok: true, changed: true });
  });
});

test.each([
  ['more than a line has', [line('MUG', 13)], [{ sku: 'MUG', requested: 13, remaining: 12 }]],
  [
    'more than an allocation has',
    [line('MUG', 3, 'WEST')],
    [{ location: 'WEST', requested: 3, remaining: 2 }],
  ],
  ['a SKU that it does not have', [line('HAT', 1)], [{ sku: 'HAT', remaining: 0 }]],
  ['a location that it does not have', [line('TEE', 1, 'WEST')], [{ location: 'WEST', remaining: 0 }]],
  [
    'too much in several lines',
    [line('TEE', 1), line('TEE', 1)],
    [{ sku: 'TEE', requested: 2, remaining: 1 }],
  ],
])('%s is refused, and nothing is given back', (_what, parts, lines) => {
  const scenario = scenarioWithHold();
  const { outcome, changes } = scenario.submit(part(parts));
  expect(outcome).toMatchObject({
    refusal: { code: 'quantity_exceeds_remaining', currentStatus: 'held', lines },
  });
  expect(changes).toMatchObject(NOTHING);
});
