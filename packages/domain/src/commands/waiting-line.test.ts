import {
  adjustment,
  adjustStock,
  codeOf,
  confirm,
  EAST,
  expire,
  extend,
  grantWaiting,
  inLine,
  line,
  orderCreated,
  putCart,
  release,
  replaceLines,
  reserve,
  WEST,
  withdraw,
} from '@holdfast/testing/vocabulary';
import { MUG, soldOut, statusesOf, wait } from '../fixtures/in-line.ts';
import { iso, level, NOW, published, Scenario } from '../fixtures/scenario.ts';
import { skuWith } from '../stock-level.ts';
import { unmetDemandOf } from '../unmet-demand.ts';

const limited = () =>
  new Scenario([level('MUG', 3)], [skuWith({ sku: 'MUG', maxPerCustomer: 2, customerLimitSince: 0 })]);

/** Three free mugs, and one who waits for five. */
const short = () =>
  new Scenario([level('MUG', 5, EAST), level('MUG', 5, WEST), level('TEE', 5)]).after(
    reserve('r0', [line('MUG', 7)]),
    wait('r1', [line('MUG', 5), line('TEE', 2)]),
  );

const waited = () => soldOut().after(wait('low'), wait('high', MUG, inLine(5)), wait('lower'), release('r0'));

describe('a create that may wait', () => {
  test('is held at once if the stock is there', () => {
    const scenario = new Scenario([level('MUG', 1)]).after(wait('r1', MUG, inLine(3)));
    expect(scenario.reservation('r1')).toMatchObject({ status: 'held', wait: { priority: 3, until: null } });
  });

  test('waits for what is short, and counts on no level', () => {
    const scenario = soldOut();
    const { outcome, changes } = scenario.submit(wait('r1', [line('MUG'), line('TEE', 2)], inLine(2, 600)));
    expect(outcome).toMatchObject({
      ok: true,
      reservation: {
        status: 'waiting',
        if_short: 'wait',
        wait_priority: 2,
        waiting_until: iso(NOW + 600_000),
        expires_at: null,
        held_at: null,
        lines: [
          { sku: 'MUG', quantity: 1, allocations: [] },
          { sku: 'TEE', quantity: 2, allocations: [] },
        ],
      },
    });
    expect(changes).toMatchObject({ levels: [], movements: [], syncs: [], waits: [{ id: 'r1' }] });
    expect(published(changes).events).toEqual(['waiting r1']);
    expect(scenario.counters('TEE')).toEqual([5, 0, 0]);
  });

  test('may not ask for more than there is where it may take it', () => {
    const scenario = new Scenario([level('MUG', 5, EAST), level('MUG', 5, WEST)]).after(
      reserve('r0', [line('MUG', 10)]),
    );
    expect(codeOf(scenario.submit(wait('r1', [line('MUG', 10)])))).toBe('ok');
    expect(codeOf(scenario.submit(wait('r2', [line('MUG', 11)])))).toBe('insufficient_stock');
    expect(codeOf(scenario.submit(wait('r3', [line('MUG', 6, WEST)])))).toBe('insufficient_stock');
    expect(codeOf(scenario.submit(wait('r4', [line('MUG', 6)], { locations: [EAST] })))).toBe(
      'insufficient_stock',
    );
  });

  test('is counted as demand that is not met yet, once', () => {
    const { outcome } = soldOut().submit(wait('r1', [line('MUG'), line('TEE', 2)]));
    expect(unmetDemandOf(outcome)).toEqual([
      { sku: 'MUG', units: 1, kind: 'waiting' },
      { sku: 'TEE', units: 2, kind: 'waiting' },
    ]);
    const waiting = soldOut().after(wait('r1'));
    expect(unmetDemandOf(waiting.submit(replaceLines('r1', MUG)).outcome)).toEqual([]);
  });

  test('is refused when as many wait as may', () => {
    const scenario = soldOut();
    const two = { ...inLine(), wait: { waitSeconds: 60, priority: 0, waitersMax: 2 } };
    const { outcomes } = scenario.decide(wait('r1', MUG, two), wait('r2', MUG, two), wait('r3', MUG, two));
    expect(outcomes.map(codeOf)).toEqual(['ok', 'ok', 'insufficient_stock']);
  });
});

describe('limits of customers', () => {
  const of = { customerId: 'cu-1' };

  test('refuse at once what would be over the limit', () => {
    const scenario = limited();
    expect(codeOf(scenario.submit(wait('r1', [line('MUG', 3)], of)))).toBe('customer_limit_reached');
  });

  test('count what is waited for, and not a second time when it is held', () => {
    const others = reserve('r0', [line('MUG', 2)], { customerId: 'cu-0' });
    const scenario = limited().after(others, wait('r1', [line('MUG', 2)], of));
    expect(codeOf(scenario.submit(wait('r2', MUG, of)))).toBe('customer_limit_reached');
    scenario.after(release('r0'), grantWaiting('MUG'));
    expect(statusesOf(scenario, 'r1')).toEqual(['held']);
    expect(codeOf(scenario.submit(reserve('r3', MUG, of)))).toBe('customer_limit_reached');
    scenario.after(release('r1'));
    expect(codeOf(scenario.submit(reserve('r4', [line('MUG', 2)], of)))).toBe('ok');
  });
});

describe('what a line keeps from others', () => {
  test('newcomers find none of a SKU that a waiting reservation is short of', () => {
    const { outcome } = short().submit(reserve('r2', MUG));
    expect(outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 1, available: 0 }] },
    });
  });

  test('nor does an increase, a cart, a late payment or an order', () => {
    const scenario = short();
    scenario.after(reserve('late', [line('TEE')], { ttlSeconds: 1 }), reserve('more', [line('TEE')]));
    const more = replaceLines('more', [line('TEE'), line('MUG')]);
    expect(codeOf(scenario.submit(more))).toBe('insufficient_stock');
    expect(codeOf(scenario.submit(putCart('c1', MUG)))).toBe('insufficient_stock');
    const { outcome } = scenario.submit(orderCreated('o1', MUG));
    expect(outcome).toMatchObject({ order: { refusal: { code: 'insufficient_stock' } } });
    const expired = soldOut();
    expired.passTime();
    expired.after(expire('r0'), reserve('r2', MUG), wait('r1'), release('r2'));
    expect(codeOf(expired.submit(confirm('r0', { onExpired: 'reacquire' })))).toBe('insufficient_stock');
  });

  test('SKUs that it is not short of are free for all', () => {
    expect(codeOf(short().submit(reserve('r2', [line('TEE', 5)])))).toBe('ok');
  });

  test('one that is pinned to a location blocks no other', () => {
    const scenario = new Scenario([level('MUG', 1, EAST), level('MUG', 5, WEST)]).after(
      reserve('r0', [line('MUG', 1, EAST)]),
      wait('r1', [line('MUG', 1, EAST)]),
      release('r0'),
    );
    expect(codeOf(scenario.submit(reserve('r2', [line('MUG', 1, EAST)])))).toBe('insufficient_stock');
    expect(codeOf(scenario.submit(reserve('r3', [line('MUG', 5)])))).toBe('ok');
    expect(scenario.counters('MUG', WEST)).toEqual([5, 5, 0]);
    expect(codeOf(scenario.submit(reserve('r4', MUG)))).toBe('insufficient_stock');
  });

  test('one of whom the line does not know the rest is behind the first that is known', () => {
    const scenario = soldOut().after(release('r0'));
    scenario.blockers = [{ sku: 'MUG', location: EAST, priority: 0, arrival: 1 }];
    expect(codeOf(scenario.submit(reserve('r1', MUG)))).toBe('insufficient_stock');
  });

  test('a newcomer is behind those in line, whatever its priority, and has the line tried again', () => {
    const scenario = soldOut().after(wait('r1', [line('MUG'), line('TEE', 5)]), release('r0'));
    scenario.after(reserve('r2', [line('TEE', 5)]));
    const { outcome, changes } = scenario.submit(wait('r3', MUG, inLine(9)));
    expect(outcome).toMatchObject({ reservation: { status: 'waiting' } });
    expect(changes.toGrant).toEqual(['MUG']);
    expect(statusesOf(scenario.after(grantWaiting('MUG')), 'r1', 'r3')).toEqual(['waiting', 'held']);
  });
});

describe('when stock comes free', () => {
  test('the first of the highest priority gets it, and is held from then on', () => {
    const scenario = waited();
    scenario.passTime(60);
    const { outcome, changes } = scenario.submit(grantWaiting('MUG'));
    expect(outcome).toEqual({ ok: true, granted: 1, next: null });
    expect(statusesOf(scenario, 'high', 'low', 'lower')).toEqual(['held', 'waiting', 'waiting']);
    expect(scenario.reservation('high')).toMatchObject({
      heldAt: NOW + 60_000,
      expiresAt: NOW + 960_000,
      version: 2,
      lines: [{ allocations: [{ location: EAST, quantity: 1 }] }],
    });
    expect(published(changes).events).toEqual(['reserved high']);
    expect(changes.events[0]?.changed).toMatchObject({ previous_status: 'waiting' });
    expect(scenario.counters('MUG')).toEqual([1, 1, 0]);
  });

  test('units that come free one after the other go by priority, and then to who came first', () => {
    const scenario = waited();
    const order: string[] = [];
    for (const _ of [1, 2, 3]) {
      const { changes } = scenario.submit(grantWaiting('MUG'));
      order.push(...changes.events.map(({ subject }) => subject));
      scenario.after(...order.slice(-1).map((id) => release(id)));
    }
    expect(order).toEqual(['high', 'low', 'lower']);
  });

  test('all that came free is given out at once, a few at a time', () => {
    const scenario = soldOut().after(...['a', 'b', 'c', 'd'].map((id) => wait(id)));
    scenario.after(adjustStock(adjustment('MUG', 2)));
    const first = scenario.submit(grantWaiting('MUG', { limit: 1 })).outcome;
    expect(first).toMatchObject({ granted: 2, next: null });
    expect(statusesOf(scenario, 'a', 'b', 'c', 'd')).toEqual(['held', 'held', 'waiting', 'waiting']);
  });

  test('it goes on behind the place at which it ended', () => {
    const scenario = new Scenario([level('MUG', 1, EAST), level('MUG', 1, WEST)]).after(
      reserve('r0', [line('MUG', 2)]),
      wait('a', [line('MUG', 1, WEST)]),
      wait('b'),
      adjustStock(adjustment('MUG', 5)),
    );
    const { arrival } = scenario.reservation('a').wait ?? { arrival: 0 };
    const after = { priority: 0, arrival };
    const { outcome } = scenario.submit(grantWaiting('MUG', { after }));
    expect(outcome).toMatchObject({ granted: 1, next: { priority: 0 } });
    expect(statusesOf(scenario, 'a', 'b')).toEqual(['waiting', 'held']);
  });

  test('a reservation takes nothing that one ahead of it is short of, and what it is not short of', () => {
    const scenario = new Scenario([level('MUG', 3), level('TEE', 3)]).after(
      reserve('m', [line('MUG', 3)]),
      reserve('t', [line('TEE', 3)]),
      wait('first', [line('MUG', 3)]),
      wait('second', [line('MUG', 1), line('TEE', 1)]),
      wait('third', [line('TEE', 1)]),
      release('t'),
      release('m', null, { parts: [line('MUG', 2)] }),
    );
    scenario.after(grantWaiting('TEE'), grantWaiting('MUG'));
    expect(statusesOf(scenario, 'first', 'second', 'third')).toEqual(['waiting', 'waiting', 'held']);
    scenario.after(release('m'), grantWaiting('MUG'));
    expect(statusesOf(scenario, 'first', 'second')).toEqual(['held', 'waiting']);
  });

  test('one who gets it may have it extended up to the longest hold, from then', () => {
    const scenario = waited();
    scenario.passTime(3_000);
    scenario.after(grantWaiting('MUG'));
    expect(codeOf(scenario.submit(extend('high', 3_600)))).toBe('ok');
  });

  test('nothing of a paused SKU is given out, until it is on sale again', () => {
    const scenario = waited();
    scenario.putSku({ sku: 'MUG', active: false });
    expect(scenario.submit(grantWaiting('MUG')).outcome).toEqual({ ok: true, granted: 0, next: null });
    scenario.putSku({ sku: 'MUG', active: true });
    expect(scenario.submit(grantWaiting('MUG')).outcome).toMatchObject({ granted: 1 });
  });

  test('an attempt that finds too little changes the blocked levels, and not the reservation', () => {
    const scenario = new Scenario([level('MUG', 2), level('TEE', 1)]).after(
      reserve('t', [line('TEE')]),
      wait('r1', [line('MUG', 2), line('TEE')]),
    );
    expect(codeOf(scenario.submit(reserve('m', [line('MUG', 2)])))).toBe('ok');
    scenario.after(release('m', null, { parts: [line('MUG')] }));
    const { changes } = scenario.submit(grantWaiting('MUG'));
    expect(changes).toMatchObject({ updated: [], events: [], waits: [{ id: 'r1', version: 1 }] });
    expect(codeOf(scenario.submit(reserve('n', MUG)))).toBe('insufficient_stock');
  });
});

describe('when the waiting ends', () => {
  test('after its time it is expired, without a sync, and blocks nothing', () => {
    const scenario = soldOut().after(wait('r1', MUG, inLine(0, 60)), release('r0'));
    scenario.passTime(60);
    const { outcomes, changes } = scenario.decide(reserve('r2', MUG), expire('r1'));
    expect(outcomes.map(codeOf)).toEqual(['ok', 'ok']);
    expect(published(changes)).toEqual({ events: ['expired r1', 'reserved r2'], syncs: [] });
    expect(scenario.reservation('r1')).toMatchObject({ status: 'expired', expiredAt: NOW + 60_000 });
    expect(changes.toGrant).toEqual(['MUG']);
  });

  test('it is not expired before its time', () => {
    expect(codeOf(soldOut().after(wait('r1')).submit(expire('r1')))).toBe('invalid_transition');
  });

  test.each([
    ['release', release('r1', 'no longer')],
    ['withdraw', withdraw('r1', 'no longer')],
  ])('a %s leaves the line, without a sync, and has those behind tried again', (_name, end) => {
    const scenario = soldOut().after(wait('r1'));
    const { changes } = scenario.submit(end);
    expect(published(changes)).toEqual({ events: ['released r1'], syncs: [] });
    expect(changes).toMatchObject({ movements: [], toGrant: ['MUG'] });
    expect(scenario.reservation('r1')).toMatchObject({ status: 'released', releaseReason: 'no longer' });
  });
});
