import { cancel, codeOf, confirm, fulfill, line } from '@holdfast/testing/vocabulary';
import type { Command } from '../commands.ts';
import { brokenBy } from '../fixtures/promises.ts';
import { NOTHING, published, type Scenario, scenarioWithHold } from '../fixtures/scenario.ts';
import type { LinePart } from './line-parts.ts';

// `scenarioWithHold`: 12 mugs, 10 in EAST and 2 in WEST, and one tee.

const part = (
  parts: readonly LinePart[],
  cancellationId: string | null = null,
  reason: string | null = null,
) => cancel('r1', reason, { parts, cancellationId });

const scenarioWithConfirmed = () => scenarioWithHold({ orderId: 'o-1' }).after(confirm('r1'));

/** Decides one command, and expects that the decision breaks no rule. */
function submitTo(scenario: Scenario, command: Command) {
  const before = scenario.snapshot;
  const { outcome, changes } = scenario.submit(command);
  expect(brokenBy(before, [outcome], changes)).toEqual([]);
  return { outcome, changes };
}

describe('a part of a confirmed reservation', () => {
  test('is freed from the last allocation first, and the warehouse is notified of just that', () => {
    const scenario = scenarioWithConfirmed();
    const { outcome, changes } = submitTo(scenario, part([line('MUG', 3)], null, 'out of stock'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'confirmed',
        release_reason: null,
        cancelled_at: null,
        version: 3,
        lines: [
          {
            quantity: 12,
            confirmed_quantity: 12,
            cancelled_quantity: 3,
            allocations: [
              { location: 'EAST', quantity: 10, cancelled_quantity: 1 },
              { location: 'WEST', quantity: 2, cancelled_quantity: 2 },
            ],
          },
          { cancelled_quantity: 0 },
        ],
        warehouse_sync: { action: 'cancel', state: 'pending' },
      },
    });
    expect(scenario.counters('MUG')).toEqual([10, 0, 9]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(published(changes)).toEqual({ events: ['changed r1'], syncs: ['cancel r1'] });
    expect(changes.events[0]).toMatchObject({
      changed: { reason: 'out of stock', previous_status: 'confirmed' },
    });
    expect(changes.syncs).toMatchObject([
      {
        ordinal: 2,
        orderId: 'o-1',
        endsReservation: false,
        lines: [
          { sku: 'MUG', location: 'EAST', quantity: 1 },
          { sku: 'MUG', location: 'WEST', quantity: 2 },
        ],
      },
    ]);
    expect(changes.movements.map(({ reason }) => reason)).toEqual(['out of stock', 'out of stock']);
  });

  test('leaves the rest to be fulfilled: then the status is fulfilled, without a cancel', () => {
    const scenario = scenarioWithConfirmed().after(part([line('MUG', 3)]), part([line('TEE', 1)]));
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 10)])))).toBe('quantity_exceeds_remaining');
    const { outcome } = submitTo(scenario, fulfill('r1', [line('MUG', 9)]));
    expect(outcome).toMatchObject({
      reservation: { status: 'fulfilled', cancelled_at: null, fulfilled_at: expect.any(String) },
    });
    expect(scenario.counters('MUG')).toEqual([1, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
  });

  test('is not what has left', () => {
    const scenario = scenarioWithConfirmed().after(fulfill('r1', [line('MUG', 11)]));
    expect(scenario.submit(part([line('MUG', 2)])).outcome).toMatchObject({
      refusal: { code: 'quantity_exceeds_remaining', lines: [{ requested: 2, remaining: 1 }] },
    });
    expect(submitTo(scenario, part([line('MUG', 1)])).outcome).toMatchObject({
      reservation: { status: 'confirmed', lines: [{ fulfilled_quantity: 11, cancelled_quantity: 1 }, {}] },
    });
  });

  test('is not confirmed any less: a repeat of the confirm is still one', () => {
    const scenario = scenarioWithConfirmed().after(part([line('MUG', 3)]));
    const whole = confirm('r1', { parts: [line('MUG', 12), line('TEE', 1)] });
    expect(scenario.submit(whole).outcome).toMatchObject({ ok: true, changed: false });
  });
});

describe('when nothing is open any more', () => {
  test.each([
    ['at once', [[line('MUG', 12), line('TEE', 1)]]],
    ['one after the other', [[line('TEE', 1)], [line('MUG', 10, 'EAST')], [line('MUG', 2)]]],
  ])('and nothing went out, it ends as a whole cancel does: %s', (_how, cancels) => {
    const scenario = scenarioWithConfirmed();
    for (const parts of cancels.slice(0, -1)) submitTo(scenario, part(parts, null, 'early'));
    const last = cancels.at(-1) ?? [];
    const { outcome, changes } = submitTo(scenario, part(last, null, 'fraud'));
    expect(outcome).toMatchObject({
      reservation: {
        status: 'cancelled',
        release_reason: 'fraud',
        cancelled_at: expect.any(String),
        fulfilled_at: null,
        lines: [{ cancelled_quantity: 12 }, { cancelled_quantity: 1 }],
      },
    });
    expect(published(changes)).toEqual({ events: ['cancelled r1', 'released r1'], syncs: ['cancel r1'] });
    expect(changes.syncs[0]?.lines.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(
      last.reduce((sum, { quantity }) => sum + quantity, 0),
    );
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 0]);
  });

  test('and a part went out, it is fulfilled', () => {
    const scenario = scenarioWithConfirmed().after(fulfill('r1', [line('MUG', 12)]));
    const { outcome, changes } = submitTo(scenario, part([line('TEE', 1)], null, 'sold out'));
    expect(outcome).toMatchObject({
      reservation: {
        status: 'fulfilled',
        release_reason: 'sold out',
        cancelled_at: expect.any(String),
        fulfilled_at: expect.any(String),
      },
    });
    expect(published(changes)).toEqual({ events: ['cancelled r1', 'released r1'], syncs: ['cancel r1'] });
  });

  test('a whole cancel after parts is of the rest', () => {
    const scenario = scenarioWithConfirmed().after(part([line('MUG', 3)]));
    const { changes } = submitTo(scenario, cancel('r1', 'fraud'));
    expect(changes.syncs[0]?.lines).toEqual([
      { sku: 'MUG', location: 'EAST', quantity: 9 },
      { sku: 'TEE', location: 'EAST', quantity: 1 },
    ]);
    expect(scenario.reservation('r1').lines).toMatchObject([
      { cancelledQuantity: 12 },
      { cancelledQuantity: 1 },
    ]);
  });

  test('lines are refused where all has left, and repeat where all was cancelled', () => {
    const fulfilled = scenarioWithConfirmed().after(fulfill('r1'));
    expect(fulfilled.submit(part([line('MUG', 1)])).outcome).toMatchObject({
      refusal: {
        code: 'quantity_exceeds_remaining',
        currentStatus: 'fulfilled',
        lines: [{ sku: 'MUG', requested: 1, remaining: 0 }],
      },
    });
    const cancelled = scenarioWithConfirmed().after(cancel('r1'));
    expect(cancelled.submit(part([line('MUG', 1)]))).toMatchObject({
      outcome: { ok: true, changed: false },
      changes: NOTHING,
    });
  });
});

describe('a cancellation_id', () => {
  test.each([
    ['confirmed', []],
    ['fulfilled', [fulfill('r1')]],
    ['cancelled', [cancel('r1')]],
  ])('counts once, and is answered before the state is looked at: %s', (status, since) => {
    const scenario = scenarioWithConfirmed().after(part([line('MUG', 2)], 'c-1'), ...since);
    expect(scenario.submit(part([line('MUG', 2)], 'c-1'))).toMatchObject({
      outcome: { ok: true, changed: false, reservation: { status } },
      changes: NOTHING,
    });
    expect(codeOf(scenario.submit(part([line('MUG', 3)], 'c-1')))).toBe('idempotency_key_reused');
    expect(codeOf(scenario.submit(cancel('r1', null, { cancellationId: 'c-1' })))).toBe(
      'idempotency_key_reused',
    );
  });

  test('of the whole is known too, and then lines are other ones', () => {
    const whole = cancel('r1', 'fraud', { cancellationId: 'c-1' });
    const scenario = scenarioWithConfirmed().after(fulfill('r1', [line('TEE', 1)]), whole);
    expect(scenario.submit(whole).outcome).toMatchObject({ ok: true, changed: false });
    expect(codeOf(scenario.submit(part([line('MUG', 12)], 'c-1')))).toBe('idempotency_key_reused');
  });

  test('is not used up by a refusal', () => {
    const scenario = scenarioWithConfirmed();
    expect(codeOf(scenario.submit(part([line('MUG', 13)], 'c-1')))).toBe('quantity_exceeds_remaining');
    expect(scenario.submit(part([line('MUG', 1)], 'c-1')).outcome).toMatchObject({ changed: true });
  });
});
