import { confirm, expire, iso, level, line, NOW, release, reserve, setStock } from '../fixtures/commands.ts';
import { codeOf, NOTHING, ONLY_A_REFUSAL, Shop, reservationsTold, told } from '../fixtures/shop.ts';
import type { ReservationStatus } from '../reservation.ts';

const DUE = NOW + 900_000;

function shopWithHold(): Shop {
  const shop = new Shop([
    level('MUG', 'EAST', 10, { priority: 1 }),
    level('MUG', 'WEST', 5),
    level('TEE', 'EAST', 5),
  ]);
  shop.submit(reserve('r1', [line('MUG', 12)]));
  return shop;
}

describe('when held', () => {
  test('expiry is never early', () => {
    const shop = shopWithHold();
    shop.now = DUE - 1;
    const { outcome, changes } = shop.submit(expire('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 10, 0]);
  });
});

describe('when past its time', () => {
  test('the stock is given back, `expired` and `released` are told, and the warehouse hears of it', () => {
    const shop = shopWithHold();
    shop.now = DUE + 7_000;

    const { outcome, changes } = shop.submit(expire('r1'));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'expired',
        release_reason: 'expired',
        expired_at: iso(DUE),
        expires_at: iso(DUE),
        released_at: null,
        updated_at: iso(DUE + 7_000),
        version: 2,
        warehouse_sync: { action: 'expire' },
      },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 0]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(
      changes.movements.map(({ kind, reservedDelta, reason, caller }) => [
        kind,
        reservedDelta,
        reason,
        caller,
      ]),
    ).toEqual([
      ['expire', -10, 'expired', 'expiry'],
      ['expire', -2, 'expired', 'expiry'],
    ]);
    expect(told(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(reservationsTold(changes).map(({ data }) => [data.status, data.release_reason])).toEqual([
      ['expired', 'expired'],
      ['expired', 'expired'],
    ]);
  });

  test('whoever comes second is told that it was done already', () => {
    const shop = shopWithHold();
    shop.now = DUE;
    const { outcomes, changes } = shop.decide(expire('r1'), expire('r1'));
    expect(outcomes).toMatchObject([
      { ok: true, changed: true },
      { ok: true, changed: false },
    ]);
    expect(told(changes).events).toEqual(['expired r1', 'released r1']);
    expect(shop.submit(expire('r1'))).toMatchObject({
      outcome: { ok: true, changed: false },
      changes: NOTHING,
    });
  });

  test('a hold that is due is given back before a new one is decided, so the stock is there', () => {
    const shop = shopWithHold();
    shop.now = DUE;
    const { outcome, changes } = shop.submit(reserve('r2', [line('MUG', 15)]));
    expect(codeOf(outcome)).toBe('ok');
    expect(told(changes).events).toEqual(['expired r1', 'released r1', 'reserved r2']);
    expect(changes.created.map(({ id }) => id)).toEqual(['r2']);
    expect(changes.updated.map(({ id }) => id)).toEqual(['r1']);
    expect(shop.level('MUG', 'EAST')).toMatchObject({ reserved: 10, levelSeq: 4 });
  });

  test.each([
    ['a reservation that is too big', reserve('r2', [line('MUG', 16)]), 'insufficient_stock'],
    ['a reservation of an unknown SKU', reserve('r2', [line('NOPE', 1)]), 'unknown_sku'],
    ['a late confirm', confirm('r1'), 'reservation_expired'],
    ['a late release', release('r1'), 'invalid_transition'],
    [
      'a correction of a version long gone',
      setStock('MUG', 'EAST', 1, { ifVersion: 77 }),
      'version_conflict',
    ],
  ])('it is given back also when the command is refused: %s', (_what, command, code) => {
    const shop = shopWithHold();
    shop.now = DUE;
    const { outcome, changes } = shop.submit(command);
    expect(codeOf(outcome)).toBe(code);
    expect(told(changes).events).toEqual(['expired r1', 'released r1']);
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 0]);
    expect(shop.reservation('r1').status).toBe('expired');
  });

  test('a hold of which two commands hear is given back once', () => {
    const shop = shopWithHold();
    shop.now = DUE;
    const { changes } = shop.decide(
      confirm('r1'),
      expire('r1'),
      release('r1'),
      reserve('r2', [line('MUG', 1)]),
    );
    expect(told(changes).events).toEqual(['expired r1', 'released r1', 'reserved r2']);
    expect(changes.movements.filter(({ kind }) => kind === 'expire')).toHaveLength(2);
  });

  test('a hold that was shortened by a correction gives back what it held', () => {
    const shop = shopWithHold();
    shop.submit(setStock('MUG', 'EAST', 0));
    shop.now = DUE;
    shop.submit(expire('r1'));
    expect(shop.counters('MUG', 'EAST')).toEqual([0, 0, 0]);
  });
});

describe('when it is over', () => {
  test('a confirmed reservation outlives the time of its hold', () => {
    const shop = shopWithHold();
    shop.submit(confirm('r1'));
    shop.now = DUE + 1;
    const { outcome, changes } = shop.submit(expire('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 10]);
  });

  test.each<ReservationStatus>(['released', 'fulfilled', 'cancelled'])('%s is refused', (status) => {
    const shop = shopWithHold();
    shop.pretend('r1', { status });
    shop.now = DUE + 1;
    const { outcome, changes } = shop.submit(expire('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('one that never was is not found', () => {
    expect(codeOf(shopWithHold().submit(expire('r9')).outcome)).toBe('reservation_not_found');
  });
});

function damagedShop(): Shop {
  const shop = new Shop([level('MUG', 'EAST', 10)]);
  shop.submit(reserve('r1', [line('MUG', 3)]));
  shop.damage('MUG', 'EAST', { reserved: 0 });
  shop.passTime();
  return shop;
}

describe('a due hold whose stock the counters have lost', () => {
  test('is expired for everyone, and keeps nobody from their stock', () => {
    const shop = damagedShop();
    expect(codeOf(shop.submit(reserve('r2', [line('MUG', 10)])).outcome)).toBe('ok');
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 10, 0]);
    expect(codeOf(shop.submit(confirm('r1')).outcome)).toBe('reservation_expired');
  });

  test('stays to be found: nobody is told that it was given back', () => {
    const { outcome, changes } = damagedShop().submit(expire('r1'));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { status: 'expired' } });
    expect(changes).toMatchObject({ movements: [], events: [], syncs: [], updated: [] });
  });

  test('is not reacquired while its stock is still taken', () => {
    const { outcome, changes } = damagedShop().submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(changes).toMatchObject(ONLY_A_REFUSAL);
  });
});
