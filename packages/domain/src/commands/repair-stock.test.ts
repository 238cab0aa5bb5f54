import { decide } from '../decide.ts';
import { confirm, line, release, reserve } from '@holdfast/testing/vocabulary';
import { level, namedId, Scenario } from '../fixtures/scenario.ts';
import type { StockLevel } from '../stock-level.ts';
import type { RepairStockCommand } from './repair-stock.ts';

const AT = { sku: 'MUG', location: 'EAST' };

const repair = (rest: Partial<RepairStockCommand> = {}): RepairStockCommand => ({
  kind: 'repair-stock',
  levels: [AT],
  dryRun: false,
  caller: 'operator',
  ...rest,
});

/** 20 mugs, of which 4 are held and 3 are sold: `[20, 4, 3]`, after three movements more than the first. */
const newScenario = () =>
  new Scenario([level('MUG', 20)]).after(
    reserve('r1', [line('MUG', 4)]),
    reserve('r2', [line('MUG', 3)]),
    confirm('r2'),
  );

/** Kind, deltas and balances of the movements that a repair wrote. */
const written = (of: Scenario, command = repair()) =>
  of
    .submit(command)
    .changes.movements.map((each) => [
      each.kind,
      [each.onHandDelta, each.reservedDelta, each.allocatedDelta],
      [each.onHand, each.reserved, each.allocated],
      each.levelSeq,
    ]);

describe('a level that is as it should be', () => {
  test('is left alone', () => {
    const { outcome, changes } = newScenario().submit(repair());
    expect(outcome).toEqual({ ok: true, repairs: [], unrepaired: [] });
    expect(changes).toMatchObject({ levels: [], movements: [] });
  });
});

describe('a level whose counters were changed by hand', () => {
  const damages: [string, Partial<StockLevel>, string, number, number][] = [
    ['on_hand raised', { onHand: 25 }, 'on_hand', 20, 25],
    ['on_hand lowered', { onHand: 11 }, 'on_hand', 20, 11],
    ['reserved raised', { reserved: 9 }, 'reserved', 4, 9],
    ['reserved lowered', { reserved: 0 }, 'reserved', 4, 0],
    ['allocated raised', { allocated: 8 }, 'allocated', 3, 8],
    ['allocated lowered', { allocated: 1 }, 'allocated', 3, 1],
  ];

  test.each(damages)('%s: is repaired, in two movements', (_what, damage, kind, expected, actual) => {
    const of = newScenario();
    of.damage('MUG', 'EAST', damage);
    const { outcome, changes } = of.submit(repair());
    expect(outcome).toEqual({
      ok: true,
      repairs: [{ ...AT, kind, expected, actual }],
      unrepaired: [],
    });
    expect(changes.movements).toMatchObject([
      { kind: 'drift', caller: 'operator', levelSeq: 5 },
      { kind: 'repair', caller: 'operator', levelSeq: 6 },
    ]);
    expect(of.counters('MUG')).toEqual([20, 4, 3]);
    expect(of.submit(repair()).outcome).toEqual({ ok: true, repairs: [], unrepaired: [] });
  });

  test('all at once: one movement says what happened, one what was done', () => {
    const of = newScenario();
    of.damage('MUG', 'EAST', { onHand: 25, reserved: 1, allocated: 4 });
    expect(written(of)).toEqual([
      ['drift', [5, -3, 1], [25, 1, 4], 5],
      ['repair', [-5, 3, -1], [20, 4, 3], 6],
    ]);
  });

  test('is found also after later changes by the ledger', () => {
    const of = newScenario();
    of.damage('MUG', 'EAST', { onHand: 25 });
    of.decide(reserve('r3', [line('MUG', 2)]), release('r1'));
    expect(written(of)).toEqual([
      ['drift', [5, 0, 0], [25, 2, 3], 7],
      ['repair', [-5, 0, 0], [20, 2, 3], 8],
    ]);
  });

  test('is repaired for what else happens in the same batch, and once', () => {
    const of = newScenario();
    of.damage('MUG', 'EAST', { reserved: 6 });
    of.decide(reserve('r3', [line('MUG', 2)]), repair(), repair(), release('r1'));
    expect(of.counters('MUG')).toEqual([20, 2, 3]);
    expect(of.submit(repair()).outcome).toEqual({ ok: true, repairs: [], unrepaired: [] });
  });

  test('may turn out to have promised more than there is: a shortfall', () => {
    const of = newScenario();
    of.damage('MUG', 'EAST', { reserved: 0 });
    of.decide(reserve('r3', [line('MUG', 17)]));
    expect(of.submit(repair()).outcome).toMatchObject({ repairs: [{ expected: 21, actual: 17 }] });
    expect(of.counters('MUG')).toEqual([20, 21, 3]);
  });
});

describe('a level whose number of movements was changed by hand', () => {
  test.each([2, 90])('counts on from its newest movement: %i', (levelSeq) => {
    const of = newScenario();
    of.damage('MUG', 'EAST', { levelSeq });
    expect(written(of)).toEqual([['drift', [0, 0, 0], [20, 4, 3], 5]]);
    expect(of.level('MUG').levelSeq).toBe(5);
  });
});

describe('a level whose movements do not explain its balances', () => {
  const findings = [
    ['movements add up to less than nothing', { onHand: -1 }, { kind: 'on_hand', expected: -1, actual: 20 }],
    ['movements are missing', { count: 3 }, { kind: 'level_seq', expected: 3, actual: 4 }],
  ] as const;
  test.each(findings)('%s: what is on hand stays, and is reported', (_what, sums, finding) => {
    const of = newScenario();
    of.damage('MUG', 'EAST', { reserved: 9 });
    const { snapshot } = of;
    const audits = snapshot.audits.map((audit) => ({ ...audit, sums: { ...audit.sums, ...sums } }));
    const { outcomes, changes } = decide({ ...snapshot, audits }, [repair()], {
      now: of.now,
      newId: of.newId,
      idOf: namedId,
    });
    expect(outcomes).toMatchObject([{ unrepaired: [{ ...AT, ...finding }] }]);
    expect(changes.levels).toMatchObject([{ onHand: 20, reserved: 4, allocated: 3 }]);
  });
});

describe('a dry run', () => {
  test('says what it would do, and does nothing', () => {
    const of = newScenario();
    of.damage('MUG', 'EAST', { onHand: 25 });
    const { outcome, changes } = of.submit(repair({ dryRun: true }));
    expect(outcome).toEqual({
      ok: true,
      repairs: [{ ...AT, kind: 'on_hand', expected: 20, actual: 25 }],
      unrepaired: [],
    });
    expect(changes).toMatchObject({ levels: [], movements: [] });
    expect(of.counters('MUG')).toEqual([25, 4, 3]);
  });
});

test('a deleted level is created again, also an empty one, with a new version', () => {
  const of = new Scenario([level('MUG', 0, 'EAST', { version: 3, levelSeq: 3 })]);
  of.damage('MUG', 'EAST', { version: 0, levelSeq: 0 });
  of.submit(repair());
  expect(of.level('MUG')).toMatchObject({ onHand: 0, version: 4, levelSeq: 4 });
});
