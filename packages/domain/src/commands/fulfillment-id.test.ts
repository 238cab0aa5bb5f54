import { cancel, codeOf, confirm, fulfill, line, reserve, reserveBatch } from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario } from '../fixtures/scenario.ts';
import type { LinePart } from './line-parts.ts';

const named = (parts: readonly LinePart[] | null, fulfillmentId = 'f-1', id = 'r1') =>
  fulfill(id, parts, { fulfillmentId });

/** Six mugs and one tee, confirmed. */
function scenarioWithConfirmed(): Scenario {
  const scenario = new Scenario([level('MUG', 20), level('TEE', 3)]);
  scenario.submit(reserve('r1', [line('MUG', 6), line('TEE', 1)], { ttlSeconds: null }));
  return scenario;
}

test('is recorded with what was asked for, and is the movements’ reason', () => {
  const { changes } = scenarioWithConfirmed().submit(named([line('MUG', 2)]));
  expect(changes.recordedParts).toEqual([
    { reservationId: 'r1', kind: 'fulfillment', partId: 'f-1', parts: [line('MUG', 2)] },
  ]);
  expect(changes.movements.map(({ reason }) => reason)).toEqual(['f-1']);
});

test.each([
  ['the same lines', [line('MUG', 2), line('TEE', 1)]],
  ['the same lines in another order', [line('TEE', 1), line('MUG', 2)]],
  ['the same lines, split', [line('MUG', 1), line('TEE', 1), line('MUG', 1)]],
])('counts once: %s answer as it is now, and change nothing', (_what, again) => {
  const scenario = scenarioWithConfirmed();
  scenario.submit(named([line('MUG', 2), line('TEE', 1)]));
  const { outcome, changes } = scenario.submit(named(again));
  expect(outcome).toMatchObject({
    ok: true,
    changed: false,
    reservation: { status: 'confirmed', version: 2, lines: [{ fulfilled_quantity: 2 }, {}] },
  });
  expect(changes).toMatchObject(NOTHING);
  expect(scenario.counters('MUG')).toEqual([18, 0, 4]);
});

test('counts once also for twins in one batch', () => {
  const scenario = scenarioWithConfirmed();
  const { outcomes, changes } = scenario.decide(named([line('MUG', 2)]), named([line('MUG', 2)]));
  expect(outcomes).toMatchObject([
    { ok: true, changed: true },
    { ok: true, changed: false },
  ]);
  expect(changes.recordedParts).toHaveLength(1);
  expect(scenario.counters('MUG')).toEqual([18, 0, 4]);
});

test.each([
  ['another quantity', [line('MUG', 3)]],
  ['another SKU', [line('TEE', 1)]],
  ['a line more', [line('MUG', 2), line('TEE', 1)]],
  ['a location, where there was none', [line('MUG', 2, 'EAST')]],
  ['no lines', null],
])('with other lines it is refused: %s', (_what, parts) => {
  const scenario = scenarioWithConfirmed();
  scenario.submit(named([line('MUG', 2)]));
  const { outcome, changes } = scenario.submit(named(parts));
  expect(codeOf(outcome)).toBe('idempotency_key_reused');
  expect(changes).toMatchObject(NOTHING);
});

test('of all that was left, a repeat with lines is another one', () => {
  const scenario = scenarioWithConfirmed();
  scenario.submit(named(null));
  expect(scenario.submit(named(null)).outcome).toMatchObject({ ok: true, changed: false });
  expect(codeOf(scenario.submit(named([line('MUG', 6), line('TEE', 1)])))).toBe('idempotency_key_reused');
});

test('is known for ever: also when all is out since', () => {
  const scenario = scenarioWithConfirmed();
  scenario.submit(named([line('MUG', 2)]));
  scenario.submit(named(null, 'f-2'));
  const { outcome, changes } = scenario.submit(named([line('MUG', 2)]));
  expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { status: 'fulfilled' } });
  expect(changes).toMatchObject(NOTHING);
  expect(codeOf(scenario.submit(named([line('MUG', 1)])))).toBe('idempotency_key_reused');
});

test('is known also when the rest has been cancelled since', () => {
  const scenario = scenarioWithConfirmed();
  scenario.submit(named([line('MUG', 2)]));
  scenario.submit(cancel('r1'));
  expect(scenario.submit(named([line('MUG', 2)]))).toMatchObject({
    outcome: { ok: true, changed: false },
    changes: NOTHING,
  });
});

test('of a live hold counts once too', () => {
  const scenario = new Scenario([level('MUG', 20)]);
  scenario.submit(reserve('r1', [line('MUG', 6)]));
  scenario.submit(named([line('MUG', 2)]));
  expect(scenario.submit(named([line('MUG', 2)])).outcome).toMatchObject({ ok: true, changed: false });
  expect(scenario.submit(confirm('r1')).outcome).toMatchObject({ ok: true, changed: false });
  expect(scenario.counters('MUG')).toEqual([18, 0, 4]);
});

test('another one counts for itself', () => {
  const scenario = scenarioWithConfirmed();
  scenario.submit(named([line('MUG', 2)]));
  scenario.submit(named([line('MUG', 2)], 'f-2'));
  expect(scenario.counters('MUG')).toEqual([16, 0, 2]);
});

test('is of its reservation: another one may use the same', () => {
  const scenario = scenarioWithConfirmed();
  scenario.submit(reserveBatch([reserve('r2', [line('MUG', 4)], { ttlSeconds: null })]));
  scenario.submit(named([line('MUG', 2)]));
  expect(scenario.submit(named([line('MUG', 1)], 'f-1', 'r2')).outcome).toMatchObject({
    ok: true,
    changed: true,
  });
});

test('a fulfillment that was refused is not recorded: the id can be used again', () => {
  const scenario = scenarioWithConfirmed();
  expect(codeOf(scenario.submit(named([line('MUG', 7)])))).toBe('quantity_exceeds_remaining');
  expect(scenario.submit(named([line('MUG', 6)])).outcome).toMatchObject({ ok: true, changed: true });
});
