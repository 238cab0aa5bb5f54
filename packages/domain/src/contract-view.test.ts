import { showReservation } from './contract-view.ts';
import { confirm, iso, level, line, NOW, release, reserve } from './fixtures/commands.ts';
import { Shop } from './fixtures/shop.ts';

const DUE = NOW + 900_000;

function heldReservation() {
  const shop = new Shop([level('MUG', 'EAST', 5)]);
  shop.submit(reserve('r1', [line('MUG', 2)]));
  return shop;
}

describe('a hold', () => {
  test('reads held until its time, and expired from then on, before any job has run', () => {
    const held = heldReservation().reservation('r1');
    expect(showReservation(held, DUE - 1)).toMatchObject({
      status: 'held',
      release_reason: null,
      expired_at: null,
    });
    expect(showReservation(held, DUE)).toMatchObject({
      status: 'expired',
      release_reason: 'expired',
      expired_at: iso(DUE),
      expires_at: iso(DUE),
      version: 1,
    });
  });

  test('has the same `expired_at` before and after its stock was given back', () => {
    const shop = heldReservation();
    const before = showReservation(shop.reservation('r1'), DUE + 60_000);
    shop.now = DUE + 60_000;
    shop.decide();
    const after = showReservation(shop.reservation('r1'), shop.now);
    expect(after.expired_at).toBe(before.expired_at);
    expect(after).toMatchObject({ status: 'expired', release_reason: 'expired', version: 2 });
  });
});

describe('what is not a hold', () => {
  test.each([
    ['confirmed', confirm('r1')],
    ['released', release('r1')],
  ])('%s stays so after the time of the hold', (status, command) => {
    const shop = heldReservation();
    shop.submit(command);
    expect(showReservation(shop.reservation('r1'), DUE + 1)).toMatchObject({ status, expired_at: null });
  });
});
