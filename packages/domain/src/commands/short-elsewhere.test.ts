import type { Command } from '../commands.ts';
import {
  adjustment,
  adjustStock,
  codeOf,
  confirm,
  expire,
  fulfill,
  line,
  orderCreated,
  orderPaid,
  release,
  reserve,
  reserveBatch,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';
import type { StockLevel } from '../stock-level.ts';
import type { ReserveCommand } from './reserve.ts';

// A unit that is promised at one location and missing there is owed: no other location may sell its replacement.

/** `old` holds 5 mugs at EAST, where only 3 are left; WEST has 10. So 8 may be promised. */
function shortScenario(east: Partial<StockLevel> = {}): Scenario {
  const scenario = new Scenario([
    level('MUG', 5, 'EAST', { priority: 1, ...east }),
    level('MUG', 10, 'WEST', { priority: 2 }),
    level('TEE', 5, 'EAST', { priority: 1 }),
    level('TEE', 5, 'WEST', { priority: 2 }),
  ]);
  return scenario.after(reserve('old', [line('MUG', 5, 'EAST')]), setStock('MUG', 3));
}

const mugs = (id: string, quantity: number, rest: Partial<ReserveCommand> = {}) =>
  reserve(id, [line('MUG', quantity)], rest);

const refusedWith = (available: number, rest: object = {}) => ({
  ok: false,
  refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', available, ...rest }] },
});

describe('a SKU that is short at one location', () => {
  test('is sold from the others only as far as units are not owed', () => {
    expect(shortScenario().submit(mugs('r1', 10)).outcome).toMatchObject(refusedWith(8, { requested: 10 }));
    const scenario = shortScenario();
    expect(scenario.submit(mugs('r1', 8)).outcome).toMatchObject({ ok: true });
    expect(scenario.counters('MUG', 'WEST')).toEqual([10, 8, 0]);
    expect(scenario.submit(mugs('r2', 1)).outcome).toMatchObject(refusedWith(0));
  });

  test('by a promised unit that was moved away is sold out', () => {
    const scenario = new Scenario([level('MUG', 1), level('MUG', 0, 'WEST')]);
    scenario.after(mugs('sold', 1, { ttlSeconds: null }));
    scenario.after(adjustStock(adjustment('MUG', -1), adjustment('MUG', 1, 'WEST')));
    expect(scenario.submit(mugs('r1', 1, { ttlSeconds: null })).outcome).toMatchObject(refusedWith(0));
    expect(scenario.submit(mugs('r2', 1)).outcome).toMatchObject(refusedWith(0));
  });

  test.each([
    { sourcing: 'split', ttlSeconds: 900 },
    { sourcing: 'split', ttlSeconds: null },
    { sourcing: 'no_split', ttlSeconds: 900 },
    { sourcing: 'no_split', ttlSeconds: null },
    { sourcing: 'single_location', ttlSeconds: 900 },
    { sourcing: 'single_location', ttlSeconds: null },
  ] as const)('so for $sourcing, ttl $ttlSeconds, and for a pinned line', (how) => {
    expect(shortScenario().submit(mugs('r1', 9, how)).outcome).toMatchObject(refusedWith(8));
    expect(shortScenario().submit(mugs('r1', 8, how)).outcome).toMatchObject({ ok: true });
    const pinned = (quantity: number) => reserve('r1', [line('MUG', quantity, 'WEST')], how);
    expect(shortScenario().submit(pinned(9)).outcome).toMatchObject(refusedWith(8, { location: 'WEST' }));
    expect(shortScenario().submit(pinned(8)).outcome).toMatchObject({ ok: true });
  });

  test('at an inactive location has the same limit', () => {
    const scenario = shortScenario({ active: false });
    scenario.damage('MUG', 'EAST', { onHand: 1, reserved: 4 });
    expect(scenario.submit(mugs('r1', 8)).outcome).toMatchObject(refusedWith(7));
    expect(scenario.submit(mugs('r2', 7)).outcome).toMatchObject({ ok: true });
  });

  test('has nothing for sale when more is owed than the others have', () => {
    const scenario = shortScenario().after(setStock('MUG', 1, 'WEST'));
    expect(scenario.submit(mugs('r1', 1)).outcome).toMatchObject(refusedWith(0));
  });

  test('does not make another SKU short', () => {
    expect(shortScenario().submit(reserve('r1', [line('TEE', 10)])).outcome).toMatchObject({ ok: true });
  });
});

describe('lines of one reservation', () => {
  test('to several locations share what is not owed', () => {
    const scenario = new Scenario([
      level('MUG', 3, 'EAST', { reserved: 5 }),
      level('MUG', 4, 'NORTH'),
      level('MUG', 4, 'WEST'),
    ]);
    const [four, three, two] = [line('MUG', 4, 'NORTH'), line('MUG', 3, 'WEST'), line('MUG', 2, 'WEST')];
    expect(scenario.submit(reserve('r1', [four, three])).outcome).toMatchObject(
      refusedWith(2, { location: 'WEST', requested: 3 }),
    );
    expect(scenario.submit(reserve('r1', [four, two])).outcome).toMatchObject({ ok: true });
  });

  test('of which one is pinned leave the other line what is not owed', () => {
    const lines = [line('MUG', 3), line('MUG', 6, 'WEST')];
    expect(shortScenario().submit(reserve('r1', lines)).outcome).toMatchObject(
      refusedWith(2, { requested: 3 }),
    );
  });

  test('of which one is refused name what the SKU has, not what the location has', () => {
    const { outcome } = shortScenario().submit(reserve('r1', [line('TEE', 11), line('MUG', 12)]));
    expect(outcome).toMatchObject({
      refusal: {
        lines: [
          { sku: 'TEE', requested: 11, available: 10 },
          { sku: 'MUG', requested: 12, available: 8 },
        ],
      },
    });
  });
});

const codesOf = (scenario: Scenario, ...commands: readonly Command[]) =>
  scenario.decide(...commands).outcomes.map(codeOf);

describe('several commands that are decided together', () => {
  test('see what earlier commands have taken, and what they have made short', () => {
    expect(codesOf(shortScenario(), mugs('r1', 7), mugs('r2', 2), mugs('r3', 1), mugs('r4', 1))).toEqual([
      'ok',
      'insufficient_stock',
      'ok',
      'insufficient_stock',
    ]);
    const scenario = shortScenario();
    expect(codesOf(scenario, setStock('MUG', 1), mugs('r1', 7), mugs('r2', 6))).toEqual([
      'ok',
      'insufficient_stock',
      'ok',
    ]);
  });

  test('see what is no longer short', () => {
    const freed = [setStock('MUG', 5), adjustStock(adjustment('MUG', 2)), release('old')];
    for (const command of freed) {
      const [before, , after] = codesOf(shortScenario(), mugs('r1', 10), command, mugs('r2', 10));
      expect([command.kind, before, after]).toEqual([command.kind, 'insufficient_stock', 'ok']);
    }
    expect(codesOf(shortScenario(), mugs('r1', 9), adjustStock(adjustment('MUG', 1)), mugs('r2', 9))).toEqual(
      ['insufficient_stock', 'ok', 'ok'],
    );
  });

  test('in one call are decided one by one, or all or none', () => {
    const two = [mugs('r1', 6), mugs('r2', 6)];
    const { outcome } = shortScenario().submit(reserveBatch(two));
    expect(outcome).toMatchObject({ ok: true, outcomes: [{ ok: true }, refusedWith(2)] });
    const scenario = shortScenario();
    expect(scenario.submit(reserveBatch(two, { atomic: true })).outcome).toMatchObject({
      ...refusedWith(2),
      part: 1,
    });
    expect(scenario.submit(mugs('r3', 8)).outcome).toMatchObject({ ok: true });
  });
});

describe('what is promised already', () => {
  test('is confirmed, in whole or in part, and fulfilled as far as it is on hand', () => {
    expect(shortScenario().submit(confirm('old')).outcome).toMatchObject({ ok: true });
    const scenario = shortScenario().after(confirm('old', { parts: [line('MUG', 4)] }));
    expect(scenario.counters('MUG')).toEqual([3, 0, 4]);
    expect(scenario.submit(mugs('r1', 10)).outcome).toMatchObject(refusedWith(9));
    expect(scenario.submit(fulfill('old', [line('MUG', 3)])).outcome).toMatchObject({ ok: true });
    expect(scenario.submit(mugs('r2', 10)).outcome).toMatchObject(refusedWith(9));
  });

  test('is free again when its hold expires', () => {
    const scenario = shortScenario();
    scenario.passTime();
    scenario.after(expire('old'));
    expect(scenario.submit(mugs('r1', 13)).outcome).toMatchObject({ ok: true });
  });
});

/** `late` had so many units and is expired; `other` leaves one fewer for sale. */
function expired(quantity: number): Scenario {
  const scenario = shortScenario().after(mugs('late', quantity, { orderId: 'o-1', ttlSeconds: 60 }));
  scenario.passTime(60);
  return scenario.after(expire('late'), mugs('other', 8 - quantity + 1));
}

describe('a hold that is reacquired', () => {
  test('is confirmed only with units that are not owed', () => {
    const again = { onExpired: 'reacquire' } as const;
    expect(expired(4).submit(confirm('late', again)).outcome).toMatchObject(refusedWith(3, { requested: 4 }));
    const parts = [line('MUG', 3)];
    expect(expired(4).submit(confirm('late', { ...again, parts })).outcome).toMatchObject({ ok: true });
  });

  test('has the same limit for an order that is paid late', () => {
    const { outcome } = expired(4).submit(orderPaid('o-1', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({
      order: { refusal: { code: 'insufficient_stock', lines: [{ available: 3 }] } },
    });
  });
});

test('an order that is created by an event has the same limit', () => {
  const refused = shortScenario().submit(orderCreated('o-1', [line('MUG', 9)]));
  expect(refused.outcome).toMatchObject({
    order: { refusal: { code: 'insufficient_stock', lines: [{ available: 8 }] } },
  });
  const held = shortScenario().submit(orderCreated('o-1', [line('MUG', 8)]));
  expect(held.outcome).toMatchObject({ order: { refusal: null, reservationId: 'of-o-1' } });
});
