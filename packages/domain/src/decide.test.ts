import { decide } from './decide.ts';
import { codeOf, confirm, expire, line, release, reserve, setStock } from '@holdfast/testing/vocabulary';
import { countingIds, namedId, level, NOW, NOTHING, Scenario, published } from './fixtures/scenario.ts';
import { isKeptForReplay, type Refusal } from './refusals.ts';

const scenarioWith = (onHand: number) => new Scenario([level('MUG', onHand)]);

describe('a batch', () => {
  test('is decided in order of arrival: who comes first is served first', () => {
    const scenario = scenarioWith(3);
    const { outcomes } = scenario.decide(
      reserve('r1', [line('MUG', 2)]),
      reserve('r2', [line('MUG', 2)]),
      reserve('r3', [line('MUG', 1)]),
      reserve('r4', [line('MUG', 1)]),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'insufficient_stock', 'ok', 'insufficient_stock']);
    expect(outcomes[1]).toHaveProperty('refusal.lines', [{ sku: 'MUG', requested: 2, available: 1 }]);
    expect(scenario.counters('MUG')).toEqual([3, 3, 0]);
  });

  test('lets each command see what the ones before it did', () => {
    const scenario = scenarioWith(1);
    const { outcomes, changes } = scenario.decide(
      reserve('r1', [line('MUG', 1)]),
      release('r1'),
      reserve('r2', [line('MUG', 1)]),
      confirm('r2'),
      confirm('r2'),
      setStock('MUG', 3),
      reserve('r3', [line('MUG', 2)]),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    expect(outcomes.map((outcome) => 'changed' in outcome && outcome.changed)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
    expect(scenario.counters('MUG')).toEqual([3, 2, 1]);
    expect(published(changes)).toEqual({
      events: ['reserved r1', 'released r1', 'reserved r2', 'confirmed r2', 'reserved r3'],
      syncs: ['release r1', 'confirm r2'],
    });
  });

  test('counts each level’s movements one by one, with the balances after each', () => {
    const { changes } = scenarioWith(5).decide(
      reserve('r1', [line('MUG', 2)]),
      confirm('r1'),
      reserve('r2', [line('MUG', 1)]),
      setStock('MUG', 4),
    );
    expect(
      changes.movements.map(({ levelSeq, kind, onHand, reserved, allocated }) => [
        levelSeq,
        kind,
        onHand,
        reserved,
        allocated,
      ]),
    ).toEqual([
      [2, 'reserve', 5, 2, 0],
      [3, 'confirm', 5, 0, 2],
      [4, 'reserve', 5, 1, 2],
      [5, 'set', 4, 1, 2],
    ]);
    expect(changes.levels).toMatchObject([{ levelSeq: 5, onHand: 4, reserved: 1, allocated: 2, version: 2 }]);
  });

  test('writes a reservation that was created and ended in one batch once, in its last state', () => {
    const { changes } = scenarioWith(5).decide(reserve('r1', [line('MUG', 2)]), confirm('r1'));
    expect(changes.created).toMatchObject([{ id: 'r1', status: 'confirmed', version: 2, syncCount: 1 }]);
    expect(changes.updated).toEqual([]);
  });

  test('answers each command as things stood when it was decided', () => {
    const { outcomes } = scenarioWith(5).decide(reserve('r1', [line('MUG', 2)]), confirm('r1'));
    expect(outcomes).toMatchObject([
      { reservation: { status: 'held', version: 1 } },
      { reservation: { status: 'confirmed', version: 2 } },
    ]);
  });

  test('changes nothing when every command is refused, whatever the others are', () => {
    const scenario = scenarioWith(1);
    const { outcomes, changes } = scenario.decide(
      reserve('r1', [line('MUG', 2)]),
      reserve('r2', [line('NOPE', 1)]),
      confirm('r3'),
      release('r3'),
      expire('r3'),
      setStock('MUG', 9, 'EAST', { ifVersion: [4] }),
    );
    expect(outcomes.map(codeOf)).toEqual([
      'insufficient_stock',
      'unknown_sku',
      'reservation_not_found',
      'reservation_not_found',
      'reservation_not_found',
      'version_conflict',
    ]);
    expect(changes).toMatchObject(NOTHING);
  });

  test('of no commands gives back what is due', () => {
    const scenario = scenarioWith(1);
    scenario.submit(reserve('r1', [line('MUG', 1)]));
    scenario.passTime();
    expect(published(scenario.decide().changes).events).toEqual(['expired r1', 'released r1']);
  });

  test('is decided the same each time, and leaves what it was given as it was', () => {
    const scenario = scenarioWith(3);
    scenario.submit(reserve('r1', [line('MUG', 1)]));
    const { snapshot } = scenario;
    const before = structuredClone(snapshot);
    const commands = [confirm('r1'), reserve('r2', [line('MUG', 1)]), setStock('MUG', 9)];
    const again = () => decide(snapshot, commands, { now: NOW, newId: countingIds(), idOf: namedId });
    expect(again()).toEqual(again());
    expect(snapshot).toEqual(before);
  });

  test('that would take a counter below zero is not decided at all', () => {
    const scenario = scenarioWith(3);
    scenario.submit(reserve('r1', [line('MUG', 2)]));
    const broken = { ...scenario.snapshot, levels: [level('MUG', 3, 'EAST', { reserved: 1 })] };
    expect(() => decide(broken, [release('r1')], { now: NOW, newId: countingIds(), idOf: namedId })).toThrow(
      'below zero',
    );
  });
});

describe('a refusal', () => {
  const currentStatus = 'held' as const;
  const refusals: Record<Refusal['code'], { readonly refusal: Refusal; readonly kept: boolean }> = {
    insufficient_stock: { refusal: { code: 'insufficient_stock', detail: '', lines: [] }, kept: true },
    sku_inactive: { refusal: { code: 'sku_inactive', detail: '', lines: [] }, kept: true },
    customer_limit_reached: {
      refusal: { code: 'customer_limit_reached', detail: '', lines: [] },
      kept: true,
    },
    customer_required: { refusal: { code: 'customer_required', detail: '' }, kept: false },
    order_cancelled: { refusal: { code: 'order_cancelled', detail: '' }, kept: true },
    invalid_transition: { refusal: { code: 'invalid_transition', detail: '', currentStatus }, kept: true },
    reservation_expired: { refusal: { code: 'reservation_expired', detail: '', currentStatus }, kept: true },
    reservation_exists: { refusal: { code: 'reservation_exists', detail: '', currentStatus }, kept: true },
    reservation_withdrawn: {
      refusal: { code: 'reservation_withdrawn', detail: '', currentStatus },
      kept: true,
    },
    extension_limit_reached: {
      refusal: { code: 'extension_limit_reached', detail: '', currentStatus },
      kept: true,
    },
    quantity_exceeds_remaining: {
      refusal: { code: 'quantity_exceeds_remaining', detail: '', lines: [], currentStatus },
      kept: true,
    },
    in_use: { refusal: { code: 'in_use', detail: '' }, kept: true },
    version_conflict: { refusal: { code: 'version_conflict', detail: '' }, kept: true },
    validation_failed: { refusal: { code: 'validation_failed', detail: '', errors: [] }, kept: false },
    not_found: { refusal: { code: 'not_found', detail: '' }, kept: false },
    reservation_not_found: { refusal: { code: 'reservation_not_found', detail: '' }, kept: false },
    sku_not_found: { refusal: { code: 'sku_not_found', detail: '' }, kept: false },
    location_not_found: { refusal: { code: 'location_not_found', detail: '' }, kept: false },
    unknown_sku: { refusal: { code: 'unknown_sku', detail: '' }, kept: false },
    unknown_location: { refusal: { code: 'unknown_location', detail: '' }, kept: false },
    quantity_limit_exceeded: { refusal: { code: 'quantity_limit_exceeded', detail: '' }, kept: false },
    idempotency_key_reused: { refusal: { code: 'idempotency_key_reused', detail: '' }, kept: false },
  };

  test.each(Object.entries(refusals))(
    '%s is kept for a replay just where it is a 409 or 412',
    (_code, { refusal, kept }) => {
      expect(isKeptForReplay(refusal)).toBe(kept);
    },
  );
});
