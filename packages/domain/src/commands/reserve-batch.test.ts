import type { Outcome } from '../commands.ts';
import {
  cancel,
  codeOf,
  confirm,
  fulfill,
  line,
  reserve,
  reserveBatch,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario, published } from '../fixtures/scenario.ts';

const scenarioWith = (onHand: number) =>
  new Scenario([level('MUG', onHand)], [{ sku: 'TEE', maxPerReservation: 2 }]);

const mugs = (id: string, quantity: number) => reserve(id, [line('MUG', quantity)]);

function outcomesIn(outcome: Outcome): readonly Outcome[] {
  if (outcome.ok && 'outcomes' in outcome) return outcome.outcomes;
  throw new Error(`no batch: ${JSON.stringify(outcome)}`);
}

describe('each for itself', () => {
  test('in their order: a refused create does not affect the stock of the others', () => {
    const scenario = scenarioWith(3);
    const { outcome, changes } = scenario.submit(
      reserveBatch([mugs('r1', 2), mugs('r2', 2), reserve('r3', [line('NOPE', 1)]), mugs('r4', 1)]),
    );
    expect(outcomesIn(outcome)).toMatchObject([
      { ok: true, changed: true, reservation: { id: 'r1', status: 'held', version: 1 } },
      {
        ok: false,
        refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 2, available: 1 }] },
      },
      { ok: false, refusal: { code: 'unknown_sku' } },
      { ok: true, changed: true, reservation: { id: 'r4' } },
    ]);
    expect(outcome).not.toHaveProperty('part');
    expect(published(changes).events).toEqual(['reserved r1', 'reserved r4']);
    expect(changes.created.map(({ id }) => id)).toEqual(['r1', 'r4']);
    expect(scenario.counters('MUG')).toEqual([3, 3, 0]);
  });

  test('all refused: nothing changes, and the batch is answered all the same', () => {
    const scenario = scenarioWith(1);
    const { outcome, changes } = scenario.submit(reserveBatch([mugs('r1', 2), mugs('r2', 3)]));
    expect(outcomesIn(outcome).map(codeOf)).toEqual(['insufficient_stock', 'insufficient_stock']);
    expect(changes).toMatchObject(NOTHING);
  });

  test('some may be confirmed at once', () => {
    const scenario = scenarioWith(3);
    const { changes } = scenario.submit(
      reserveBatch([mugs('r1', 1), reserve('r2', [line('MUG', 2)], { ttlSeconds: null })]),
    );
    expect(published(changes)).toEqual({ events: ['reserved r1', 'confirmed r2'], syncs: ['confirm r2'] });
    expect(scenario.counters('MUG')).toEqual([3, 1, 2]);
  });
});

describe('all or none', () => {
  test('all: each is answered, in their order', () => {
    const scenario = scenarioWith(3);
    const { outcome, changes } = scenario.submit(
      reserveBatch([mugs('r1', 2), mugs('r2', 1)], { atomic: true }),
    );
    expect(outcomesIn(outcome)).toMatchObject([
      { ok: true, changed: true, reservation: { id: 'r1', status: 'held' } },
      { ok: true, changed: true, reservation: { id: 'r2', status: 'held' } },
    ]);
    expect(changes.movements.map(({ levelSeq, reserved }) => [levelSeq, reserved])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(scenario.counters('MUG')).toEqual([3, 3, 0]);
  });

  test('none: the first that is refused answers for all, and nothing at all is left', () => {
    const scenario = scenarioWith(3);
    const before = scenario.snapshot;
    const { outcome, changes } = scenario.submit(
      reserveBatch(
        [mugs('r1', 2), reserve('r2', [line('MUG', 1)], { ttlSeconds: null }), mugs('r3', 1), mugs('r4', 9)],
        { atomic: true },
      ),
    );
    expect(outcome).toMatchObject({
      ok: false,
      part: 2,
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 1, available: 0 }] },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.snapshot).toEqual(before);
  });

  test.each([
    ['the stock that all want is short', mugs('r2', 2), 'insufficient_stock'],
    ['there is no such SKU', reserve('r2', [line('NOPE', 1)]), 'unknown_sku'],
    ['there is no such location', reserve('r2', [line('MUG', 1, 'MARS')]), 'unknown_location'],
    ['it is more than one may have', reserve('r2', [line('TEE', 3)]), 'quantity_limit_exceeded'],
  ])('none, because %s', (_why, second, code) => {
    const scenario = scenarioWith(3);
    const { outcome, changes } = scenario.submit(reserveBatch([mugs('r1', 2), second], { atomic: true }));
    expect(outcome).toMatchObject({ ok: false, part: 1, refusal: { code } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('a batch that is refused leaves what earlier commands did, also to what it touched itself', () => {
    const scenario = scenarioWith(9);
    const { outcomes, changes } = scenario.decide(
      mugs('r1', 2),
      reserve('r2', [line('MUG', 3)], { ttlSeconds: null }),
      fulfill('r2', [line('MUG', 1)], { fulfillmentId: 'f-1' }),
      reserveBatch([mugs('r3', 1), mugs('r4', 9)], { atomic: true }),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'insufficient_stock']);
    expect(published(changes)).toEqual({
      events: ['reserved r1', 'confirmed r2', 'deducted r2'],
      syncs: ['confirm r2'],
    });
    expect(changes.created.map(({ id }) => id)).toEqual(['r1', 'r2']);
    expect(changes.recordedParts).toHaveLength(1);
    expect(changes.movements.map(({ levelSeq }) => levelSeq)).toEqual([2, 3, 4]);
    expect(changes.levels).toMatchObject([{ levelSeq: 4, onHand: 8, reserved: 2, allocated: 2, version: 2 }]);
  });

  test('later commands find the stock that a refused batch would have taken, and movements go on without a gap', () => {
    const scenario = scenarioWith(5);
    const { outcomes, changes } = scenario.decide(
      mugs('r1', 1),
      reserveBatch([mugs('r2', 3), mugs('r3', 3)], { atomic: true }),
      reserveBatch([mugs('r4', 3), mugs('r5', 1)], { atomic: true }),
      confirm('r2'),
      confirm('r4'),
      cancel('r4'),
      setStock('MUG', 5),
    );
    expect(outcomes.map(codeOf)).toEqual([
      'ok',
      'insufficient_stock',
      'ok',
      'reservation_not_found',
      'ok',
      'ok',
      'ok',
    ]);
    expect(changes.movements.map(({ levelSeq }) => levelSeq)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(scenario.counters('MUG')).toEqual([5, 2, 0]);
  });

  test('due holds that were given back stay given back when the batch is refused', () => {
    const scenario = scenarioWith(3);
    scenario.submit(mugs('r1', 3));
    scenario.passTime();
    const { outcome, changes } = scenario.submit(
      reserveBatch([mugs('r2', 2), mugs('r3', 2)], { atomic: true }),
    );
    expect(outcome).toMatchObject({
      part: 1,
      refusal: { code: 'insufficient_stock', lines: [{ requested: 2, available: 1 }] },
    });
    expect(published(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(changes.created).toEqual([]);
    expect(scenario.reservation('r1').status).toBe('expired');
    expect(scenario.counters('MUG')).toEqual([3, 0, 0]);
  });
});
