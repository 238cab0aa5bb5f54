import { importChunk, importRow, line, reserve } from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';
import type { ImportRow } from './import-stock.ts';

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
    expect(changes.importedChunks).toEqual([{ importId: 'i1', chunk: 1, applied: 3, rejected: [] }]);
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
    expect(changes.importedChunks).toMatchObject([{ applied: 3 }]);
    expect(changes.movements).toMatchObject([{ sku: 'TEE', kind: 'set' }]);
    expect(of.level('MUG').version).toBe(1);
    expect(of.level('TEE').version).toBe(1);
  });

  test('notes rows that cannot be applied, by their number, and applies the others', () => {
    const of = newScenario();
    const { changes } = of.submit(
      chunk(
        1,
        { row: 1, problem: 'on_hand: must be a whole number' },
        add(2, 'MUG', -11),
        set(3, 'CAP', 1),
        add(4, 'MUG', -10, 2),
        add(5, 'MUG', 1_000_000_001),
      ),
    );
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
