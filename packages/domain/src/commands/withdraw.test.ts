import {
  EAST,
  cancel,
  codeOf,
  confirm,
  expire,
  fulfill,
  line,
  orderPaid,
  putReservation,
  release,
  withdraw,
} from '@holdfast/testing/vocabulary';
import { idOf } from '../fixtures/client-ids.ts';
import { iso, level, NOTHING, NOW, published, Scenario } from '../fixtures/scenario.ts';

const ID = idOf(NOW);

const scenarioWithHold = () =>
  new Scenario([level('MUG', 10)]).after(putReservation(ID, [line('MUG', 4)], { orderId: 'o-1' }));

function dueHold(): Scenario {
  const scenario = scenarioWithHold();
  scenario.passTime();
  return scenario;
}

/** After it nothing brings stock back, and nothing is promised. */
function expectNothingAlive(scenario: Scenario): void {
  const reacquire = confirm(ID, { onExpired: 'reacquire', paymentReference: 'pay-1' });
  expect(codeOf(scenario.submit(reacquire))).toBe('reservation_withdrawn');
  expect(codeOf(scenario.submit(putReservation(ID, [line('MUG', 4)])))).toBe('reservation_withdrawn');
  expect(codeOf(scenario.submit(fulfill(ID)))).toBe('reservation_withdrawn');
  expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
}

describe('a withdrawal', () => {
  test('releases a hold', () => {
    const scenario = scenarioWithHold();
    const { outcome, changes } = scenario.submit(withdraw(ID, 'saga failed'));
    expect(outcome).toMatchObject({
      ok: true,
      reservation: {
        status: 'released',
        release_reason: 'saga failed',
        released_at: iso(NOW),
        withdrawn_at: iso(NOW),
        version: 2,
      },
    });
    expect(published(changes)).toEqual({ events: [`released ${ID}`], syncs: [`release ${ID}`] });
    expect(changes.syncs).toMatchObject([{ endsReservation: true }]);
    expectNothingAlive(scenario);
  });

  test('cancels what was confirmed', () => {
    const scenario = scenarioWithHold().after(confirm(ID));
    const { outcome, changes } = scenario.submit(withdraw(ID, 'saga failed'));
    expect(outcome).toMatchObject({
      reservation: {
        status: 'cancelled',
        release_reason: 'saga failed',
        withdrawn_at: iso(NOW),
        lines: [{ cancelled_quantity: 4 }],
      },
    });
    expect(published(changes)).toEqual({
      events: [`cancelled ${ID}`, `released ${ID}`],
      syncs: [`cancel ${ID}`],
    });
    expectNothingAlive(scenario);
  });

  test('is refused once a unit has left', () => {
    const scenario = scenarioWithHold().after(confirm(ID), fulfill(ID, [line('MUG', 1)]));
    const { outcome, changes } = scenario.submit(withdraw(ID));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
    scenario.after(cancel(ID));
    expect(scenario.submit(withdraw(ID)).outcome).toMatchObject({
      refusal: { code: 'invalid_transition', currentStatus: 'fulfilled' },
    });
  });

  test.each<[string, () => Scenario, string | null]>([
    ['released', () => scenarioWithHold().after(release(ID, 'first')), 'first'],
    ['cancelled', () => scenarioWithHold().after(confirm(ID), cancel(ID, 'first')), 'first'],
    ['expired', () => dueHold().after(expire(ID)), 'expired'],
  ])('marks what is %s, which keeps its reason', (status, state, reason) => {
    const scenario = state();
    const before = scenario.reservation(ID);
    const { outcome, changes } = scenario.submit(withdraw(ID, 'saga failed'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status,
        release_reason: reason,
        withdrawn_at: iso(scenario.now),
        version: before.version + 1,
      },
    });
    expect(published(changes)).toEqual({ events: [`changed ${ID}`], syncs: [] });
    expectNothingAlive(scenario);
  });

  test('of a due hold gives its stock back, and marks it', () => {
    const scenario = dueHold();
    const { outcome, changes } = scenario.submit(withdraw(ID));
    expect(outcome).toMatchObject({ ok: true, reservation: { status: 'expired' } });
    expect(published(changes).events).toEqual([`expired ${ID}`, `released ${ID}`, `changed ${ID}`]);
    expectNothingAlive(scenario);
  });

  test('of a due hold whose stock cannot be given back leaves that to reconciliation', () => {
    const scenario = dueHold();
    scenario.damage('MUG', EAST, { reserved: 1 });
    expect(scenario.submit(withdraw(ID)).outcome).toMatchObject({
      ok: true,
      reservation: { status: 'expired', withdrawn_at: iso(scenario.now) },
    });
    expect(scenario.reservation(ID)).toMatchObject({ status: 'held' });
    scenario.damage('MUG', EAST, { reserved: 4 });
    expect(codeOf(scenario.submit(expire(ID)))).toBe('ok');
    expectNothingAlive(scenario);
  });

  test('is done once: a repeat keeps the first reason, and changes nothing', () => {
    const scenario = scenarioWithHold().after(withdraw(ID, 'first'));
    scenario.now += 1_000;
    const { outcome, changes } = scenario.submit(withdraw(ID, 'second'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { release_reason: 'first', withdrawn_at: iso(NOW), version: 2 },
    });
    expect(changes).toMatchObject(NOTHING);
  });
});

describe('an id that is withdrawn before its create', () => {
  test('is remembered without lines, and nothing is published', () => {
    const scenario = new Scenario([level('MUG', 10)]);
    const { outcome, changes } = scenario.submit(withdraw(ID, 'saga failed'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        id: ID,
        status: 'withdrawn',
        lines: [],
        release_reason: 'saga failed',
        withdrawn_at: iso(NOW),
        held_at: null,
        version: 1,
      },
    });
    expect(published(changes)).toEqual({ events: [], syncs: [] });
    expectNothingAlive(scenario);
    expect(codeOf(scenario.submit(withdraw(ID)))).toBe('ok');
  });

  test('refuses the create also where both are of one batch', () => {
    const scenario = new Scenario([level('MUG', 10)]);
    const { outcomes } = scenario.decide(withdraw(ID), putReservation(ID, [line('MUG', 4)]));
    expect(outcomes.map(codeOf)).toEqual(['ok', 'reservation_withdrawn']);
    expectNothingAlive(scenario);
  });
});

describe('a payment of an order', () => {
  const paid = orderPaid('o-1', { onExpired: 'reacquire' });

  test('never takes a withdrawn hold again: it is to be refunded', () => {
    const scenario = dueHold().after(withdraw(ID));
    const { outcome, changes } = scenario.submit(paid);
    expect(outcome).toMatchObject({ order: { effects: [{ effect: 'refused' }] } });
    expect(changes.refusals).toMatchObject([{ changed: { final: true } }]);
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
  });

  test('that confirms another hold of the order is not refused for the withdrawn one', () => {
    const scenario = dueHold().after(withdraw(ID));
    const next = idOf(scenario.now, 2);
    scenario.after(putReservation(next, [line('MUG', 1)], { orderId: 'o-1' }));
    const { outcome } = scenario.submit(paid);
    expect(outcome).toMatchObject({
      order: { effects: [{ reservationId: next, effect: 'confirmed' }], refusal: null },
    });
  });
});
