import { importChunk, importRow, line, reserve } from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario } from '../fixtures/scenario.ts';
import type { ImportRow } from './import-row.ts';

const newScenario = () => {
  const of = new Scenario([level('MUG', 10), level('TEE', 0, 'EAST', { version: 0, levelSeq: 0 })]);
  of.imports = [{ id: 'i1', chunksApplied: 0 }];
  return of;
};
const chunk = (number: number, ...rows: readonly ImportRow[]) => importChunk('i1', number, rows);
const set = (row: number, sku: string, onHand: number, safetyStock: number | null = null): ImportRow =>
  importRow(row, sku, { change: { onHand }, safetyStock });
const add = (row: number, sku: string, delta: number, safetyStock: number | null = null): ImportRow =>
  importRow(row, sku, { change: { delta }, safetyStock });

describe('a chunk of a file', () => {
  test('is applied row by row, each with its movement, and counted', () => {
    const of = newScenario();
    const { outcome, changes } = of.submit(chunk(1, set(1, 'MUG', 7), add(2, 'MUG', 5), set(3, 'TEE', 4, 1)));
    expect(outcome).toEqual({ ok: true, imported: 'now' });
    expect(changes.importedChunks).toEqual([
      {
        importId: 'i1',
        chunk: 1,
        applied: 3,
        unchanged: 0,
        zeroed: 0,
        rejected: [],
        settings: [{ sku: 'TEE', location: 'EAST', field: 'safety_stock', before: 0, after: 1 }],
      },
    ]);
    expect(changes.movements).toMatchObject([
      { kind: 'set', onHandDelta: -3, onHand: 7, reason: 'import i1', caller: 'wms' },
      { kind: 'adjust', onHandDelta: 5, onHand: 12 },
      { kind: 'set', onHandDelta: 4, onHand: 4 },
    ]);
    expect(of.level('MUG')).toMatchObject({ onHand: 12, version: 3 });
    expect(of.level('TEE')).toMatchObject({ onHand: 4, safetyStock: 1, version: 1 });
  });

  test('leaves no movement where it finds what it says; a level that never was is made all the same', () => {
    const of = newScenario();
    const { changes } = of.submit(chunk(1, set(1, 'MUG', 10), set(2, 'MUG', 10, 0), set(3, 'TEE', 0)));
    expect(changes.importedChunks).toMatchObject([{ applied: 3, unchanged: 2 }]);
    expect(changes.movements).toMatchObject([{ sku: 'TEE', kind: 'set' }]);
    expect(of.level('MUG').version).toBe(1);
    expect(of.level('TEE').version).toBe(1);
  });

  test('notes rows that cannot be applied, by their number, and applies the others', () => {
    const of = newScenario();
    const { changes } = of.submit({
      ...chunk(
        1,
        { row: 1, problem: 'on_hand: must be a whole number' },
        add(2, 'MUG', -11),
        set(3, 'CAP', 1),
        add(4, 'MUG', -10, 2),
        add(5, 'MUG', 1_000_000_001),
      ),
      create: 'none',
    });
    expect(changes.importedChunks).toMatchObject([
      {
        applied: 1,
        rejected: [
          { row: 1, message: 'on_hand: must be a whole number' },
          { row: 2, message: 'delta: -11 would leave less than nothing: 10 are on hand' },
          { row: 3, message: expect.stringContaining('CAP') },
          { row: 5, message: expect.stringContaining('more than') },
        ],
      },
    ]);
    expect(of.level('MUG')).toMatchObject({ onHand: 0, safetyStock: 2, version: 2 });
  });

  test('may find less than is promised: a shortfall', () => {
    const of = newScenario().after(reserve('r1', [line('MUG', 8)]));
    expect(of.submit(chunk(1, set(1, 'MUG', 5))).outcome).toMatchObject({ ok: true });
    expect(of.counters('MUG')).toEqual([5, 8, 0]);
  });

  test('counts once, however often it comes, also within a batch', () => {
    const of = newScenario();
    const { outcomes } = of.decide(chunk(1, add(1, 'MUG', 1)), chunk(1, add(1, 'MUG', 1)));
    expect(outcomes).toEqual([
      { ok: true, imported: 'now' },
      { ok: true, imported: 'before' },
    ]);
    expect(of.submit(chunk(1, add(1, 'MUG', 1))).outcome).toEqual({ ok: true, imported: 'before' });
    expect(of.submit(chunk(2, add(2, 'MUG', 1))).outcome).toEqual({ ok: true, imported: 'now' });
    expect(of.counters('MUG')).toEqual([12, 0, 0]);
  });

  test('that comes before its turn, or of an import that is over, is a fault', () => {
    expect(() => newScenario().submit(chunk(2, add(1, 'MUG', 1)))).toThrow('before its turn');
    const over = newScenario();
    over.imports = [];
    expect(() => over.submit(chunk(1, add(1, 'MUG', 1)))).toThrow('not open');
  });
});

function apply(asked: ImportRow, rest: Partial<ReturnType<typeof chunk>> = {}) {
  const of = newScenario();
  const { changes } = of.submit({ ...chunk(1, asked), create: 'none', ...rest });
  return { of, changes, counted: changes.importedChunks[0] };
}

const row = (version: number, sku = 'MUG') => importRow(1, sku, { change: { onHand: 5 }, version });

describe('a row', () => {
  test('that expects another version is rejected, and says which there is', () => {
    expect(apply(row(7)).counted?.rejected).toEqual([
      { row: 1, message: 'version: 7 was expected, but the level is at version 1' },
    ]);
    expect(apply(row(1)).of.counters('MUG')[0]).toBe(5);
    for (const sku of ['TEE', 'CAP']) {
      expect(apply(row(1, sku), { create: 'all' }).counted?.rejected).toMatchObject([
        { message: 'version: 1 was expected, but the level does not exist' },
      ]);
    }
  });

  test('without units changes the settings alone, and names its reason in the movement', () => {
    const { of, changes } = apply(importRow(1, 'MUG', { safetyStock: 3, reason: 'season' }));
    expect(of.level('MUG')).toMatchObject({ onHand: 10, safetyStock: 3, version: 2 });
    expect(changes.movements).toMatchObject([{ importId: 'i1', reason: 'season', onHandDelta: 0 }]);
    expect(apply(importRow(1, 'TEE')).counted).toMatchObject({ applied: 1, unchanged: 1 });
  });

  test.each([{ onHand: 6 }, { delta: -4 }, null])(
    'may set what can be sold beyond the units, with %j',
    (change) => {
      const { of, changes, counted } = apply(importRow(1, 'MUG', { change, backorderLimit: 5 }));
      expect(of.level('MUG')).toMatchObject({ onHand: change ? 6 : 10, backorderLimit: 5, version: 2 });
      expect(changes.movements).toMatchObject([{ backorderLimitDelta: 5 }]);
      expect(counted?.settings).toEqual([
        { sku: 'MUG', location: 'EAST', field: 'backorder_limit', before: 0, after: 5 },
      ]);
      expect(of.submit(reserve([line('MUG', change ? 11 : 15)])).outcome).toMatchObject({ ok: true });
    },
  );

  test('that sets a limit which the level has changes nothing', () => {
    expect(apply(importRow(1, 'MUG', { backorderLimit: 0 })).counted).toMatchObject({ unchanged: 1 });
  });

  test('of a SKU that was renamed for it is not unchanged', () => {
    const catalogued = { skus: ['MUG'], locations: [] };
    expect(apply(set(1, 'MUG', 10), { catalogued }).counted).toMatchObject({ applied: 1, unchanged: 0 });
  });

  test('of a SKU that was deleted since it was made leaves the chunk to be begun again', () => {
    const { of, changes } = apply(set(1, 'CAP', 10), { create: 'all' });
    expect(changes).toMatchObject(NOTHING);
    expect(of.submit(chunk(1, set(1, 'CAP', 10))).outcome).toEqual({ ok: true, imported: 'missing' });
  });

  test('of a level that the file does not name sets it to 0, and counts apart', () => {
    const { of, changes, counted } = apply(set(0, 'MUG', 0), { isAbsent: true });
    expect(counted).toMatchObject({ applied: 0, zeroed: 1 });
    expect(of.counters('MUG')).toEqual([0, 0, 0]);
    expect(changes.movements).toMatchObject([{ reason: 'import i1: not in the file' }]);
  });

  test.each([
    [5, 2, 'still'],
    [4, 4, 'no longer'],
  ])('of a revert takes back a setting of %d only where it is as the file set it', (present, after) => {
    const of = new Scenario([level('MUG', 10, 'EAST', { safetyStock: present, backorderLimit: present })]);
    of.imports = [{ id: 'i1', chunksApplied: 0 }];
    const back = { from: 5, to: 2 };
    const row = importRow(1, 'MUG', { change: { delta: -4 }, safetyStock: back, backorderLimit: back });
    of.submit({ ...chunk(1, row), reverts: 'i0' });
    expect(of.level('MUG')).toMatchObject({ onHand: 6, safetyStock: after, backorderLimit: after });
  });
});
