import {
  codeOf,
  confirm,
  expire,
  fulfill,
  line,
  orderCreated,
  release,
  reserve,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario } from '../fixtures/scenario.ts';
import type { ReserveCommand } from './reserve.ts';

/** The options of a create: locations, the reaction to too little stock, and the payment. */

const scenarioWithMugs = () =>
  new Scenario([
    level('MUG', 10, 'EAST', { priority: 1 }),
    level('MUG', 5, 'WEST', { priority: 2 }),
    level('MUG', 0, 'NORTH', { priority: 3 }),
    level('TEE', 0, 'EAST', { priority: 1 }),
  ]);

const mugs = (quantity: number, rest: Partial<ReserveCommand>) =>
  reserve('r1', [line('MUG', quantity)], rest);

/** `[location, quantity]` of the first line. */
const allocationsOf = (scenario: Scenario, id = 'r1') =>
  scenario.reservation(id).lines[0]?.allocations.map(({ location, quantity }) => [location, quantity]);

describe('locations', () => {
  test('give in the order of the list, and the reservation says so', () => {
    const scenario = scenarioWithMugs();
    const { outcome } = scenario.submit(mugs(7, { locations: ['WEST', 'EAST'] }));
    expect(outcome).toMatchObject({ ok: true, reservation: { locations: ['WEST', 'EAST'] } });
    expect(allocationsOf(scenario)).toEqual([
      ['WEST', 5],
      ['EAST', 2],
    ]);
  });

  test('that are not listed give nothing', () => {
    const { outcome, changes } = scenarioWithMugs().submit(mugs(6, { locations: ['WEST', 'NORTH'] }));
    expect(outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 6, available: 5 }] },
    });
    expect(changes).toMatchObject(NOTHING);
  });

  test('have to exist, in a create and in an order of an event', () => {
    const locations = ['WEST', 'MOON'];
    const { outcome } = scenarioWithMugs().submit(mugs(1, { locations }));
    expect(outcome).toMatchObject({
      refusal: { code: 'unknown_location', detail: expect.stringContaining('MOON') },
    });
    const ofOrder = scenarioWithMugs().submit(orderCreated('o-1', [line('MUG', 1)], { locations }));
    expect(codeOf(ofOrder)).toBe('unknown_location');
  });

  test('are those of a reacquire, too', () => {
    const scenario = scenarioWithMugs().after(mugs(4, { locations: ['WEST', 'NORTH'] }));
    scenario.passTime();
    scenario.after(expire('r1'), reserve('r2', [line('MUG', 2, 'WEST')]));
    expect(scenario.submit(confirm('r1', { onExpired: 'reacquire' })).outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ requested: 4, available: 3 }] },
    });
    scenario.after(release('r2'), confirm('r1', { onExpired: 'reacquire' }));
    expect(allocationsOf(scenario)).toEqual([['WEST', 4]]);
  });
});

describe('one location if one has all', () => {
  test('is chosen before a split, and again by a reacquire', () => {
    const sourcing = 'prefer_single_location';
    const scenario = scenarioWithMugs().after(reserve('r0', [line('MUG', 7, 'EAST')]), mugs(5, { sourcing }));
    expect(allocationsOf(scenario)).toEqual([['WEST', 5]]);
    scenario.passTime();
    scenario.after(expire('r0'), expire('r1'), reserve('r2', [line('MUG', 8)]));
    scenario.after(confirm('r1', { onExpired: 'reacquire' }));
    expect(allocationsOf(scenario)).toEqual([['WEST', 5]]);
  });

  test('is no condition: without one, the reservation is split', () => {
    const scenario = scenarioWithMugs().after(mugs(12, { sourcing: 'prefer_single_location' }));
    expect(allocationsOf(scenario)).toEqual([
      ['EAST', 10],
      ['WEST', 2],
    ]);
  });
});

const quantitiesOf = (scenario: Scenario) =>
  scenario
    .reservation('r1')
    .lines.map((each) => [
      each.requestedQuantity,
      each.quantity,
      each.confirmedQuantity,
      each.fulfilledQuantity,
    ]);

describe('what there is', () => {
  const lines = [line('MUG', 20), line('TEE', 3)];
  const partial = { ifShort: 'partial' } as const;
  const scenarioWithPart = () => scenarioWithMugs().after(reserve('r1', lines, partial));
  test('is taken of each line, which says what was asked for and what was taken', () => {
    const scenario = scenarioWithMugs();
    const { outcome } = scenario.submit(reserve('r1', lines, partial));
    expect(outcome).toMatchObject({
      reservation: {
        status: 'held',
        if_short: 'partial',
        lines: [
          { sku: 'MUG', quantity: 15, requested_quantity: 20 },
          { sku: 'TEE', quantity: 0, requested_quantity: 3, allocations: [] },
        ],
      },
    });
    expect(scenario.counters('MUG')).toEqual([10, 10, 0]);
  });

  test('is refused if it is nothing at all, and nothing is changed', () => {
    const { outcome, changes } = scenarioWithMugs().submit(reserve('r1', [line('TEE', 3)], partial));
    expect(outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'TEE', requested: 3, available: 0 }] },
    });
    expect(changes).toMatchObject(NOTHING);
  });

  test('is not cut down to a limit, and an unknown SKU is refused', () => {
    const limited = new Scenario([level('MUG', 10)], [{ sku: 'MUG', maxPerReservation: 4 }]);
    expect(codeOf(limited.submit(mugs(5, partial)))).toBe('quantity_limit_exceeded');
    const { outcome } = scenarioWithMugs().submit(reserve('r1', [line('MUG'), line('NONE')], partial));
    expect(codeOf(outcome)).toBe('unknown_sku');
  });

  test('is confirmed and fulfilled whole, with the line that got nothing', () => {
    const scenario = scenarioWithPart();
    const { outcome, changes } = scenario.submit(confirm('r1'));
    expect(codeOf(outcome)).toBe('ok');
    expect(changes.syncs.flatMap((sync) => sync.lines)).toEqual([
      { sku: 'MUG', location: 'EAST', quantity: 10 },
      { sku: 'MUG', location: 'WEST', quantity: 5 },
    ]);
    expect(quantitiesOf(scenario)).toEqual([
      [20, 15, 15, 0],
      [3, 0, 0, 0],
    ]);
    expect(scenario.submit(fulfill('r1')).outcome).toMatchObject({ reservation: { status: 'fulfilled' } });
  });

  test('is what a reacquire takes again, and no more', () => {
    const scenario = scenarioWithPart();
    scenario.passTime();
    scenario.after(expire('r1'));
    expect(codeOf(scenario.submit(confirm('r1', { onExpired: 'reacquire' })))).toBe('ok');
    expect(quantitiesOf(scenario)).toEqual([
      [20, 15, 15, 0],
      [3, 0, 0, 0],
    ]);
    expect(scenario.counters('MUG')).toEqual([10, 0, 10]);
  });

  test('is reacquired whole or not at all', () => {
    const scenario = scenarioWithPart();
    scenario.passTime();
    scenario.after(expire('r1'), reserve('r2', [line('MUG', 1)]));
    expect(scenario.submit(confirm('r1', { onExpired: 'reacquire' })).outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ requested: 15, available: 14 }] },
    });
  });
});

test('a payment reference is that of what is confirmed at once', () => {
  const { outcome } = scenarioWithMugs().submit(mugs(1, { ttlSeconds: null, paymentReference: 'pay-1' }));
  expect(outcome).toMatchObject({ reservation: { status: 'confirmed', payment_reference: 'pay-1' } });
});

test('a customer is named by the reservation and its event', () => {
  const { outcome, changes } = scenarioWithMugs().submit(mugs(1, { customerId: 'cu-5' }));
  expect(outcome).toMatchObject({ reservation: { customer_id: 'cu-5' } });
  expect(changes.events).toMatchObject([{ data: { customer_id: 'cu-5' } }]);
});
