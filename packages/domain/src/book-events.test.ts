import {
  cancel,
  confirm,
  extend,
  fulfill,
  level,
  line,
  part,
  release,
  reserve,
  setStock,
} from './fixtures/commands.ts';
import type { Command } from './commands.ts';
import { Shop, shopWithHold } from './fixtures/shop.ts';

/** What each event of one command says has changed: its type and the status before, and the units. */
function changedBy(shop: Shop, ...commands: readonly Command[]) {
  return shop.decide(...commands).changes.events.map(({ type, changed }) => {
    if (!changed || !('previous_status' in changed)) throw new Error(`${type} is no transition`);
    return [type.replace('warehouse.inventory.', ''), changed.previous_status, changed.stock_changes];
  });
}

const shopOfMugs = () => new Shop([level('MUG', 'EAST', 10)]);

const at = (
  sku: string,
  location: string,
  counters: { on_hand?: number; reserved?: number; allocated?: number },
) => ({
  sku,
  location,
  on_hand: 0,
  reserved: 0,
  allocated: 0,
  ...counters,
});

const held = () => shopOfMugs().after(reserve('r1', [line('MUG', 4)]));

describe('an event tells the status before, and the units that moved', () => {
  test('of a hold', () => {
    expect(changedBy(shopOfMugs(), reserve('r1', [line('MUG', 4)]))).toEqual([
      ['reserved', null, [at('MUG', 'EAST', { reserved: 4 })]],
    ]);
  });

  test('of a confirm in part, added up by level', () => {
    expect(changedBy(held(), confirm('r1', { parts: [part('MUG', 3)] }))).toEqual([
      ['confirmed', 'held', [at('MUG', 'EAST', { reserved: -4, allocated: 3 })]],
    ]);
  });

  test('of an extend: none', () => {
    expect(changedBy(held(), extend('r1', 1_800))).toEqual([['extended', 'held', []]]);
  });

  test('of a fulfill of a hold: the confirm first', () => {
    expect(changedBy(held(), fulfill('r1'))).toEqual([
      ['confirmed', 'held', [at('MUG', 'EAST', { reserved: -4, allocated: 4 })]],
      ['deducted', 'confirmed', [at('MUG', 'EAST', { on_hand: -4, allocated: -4 })]],
    ]);
  });

  test('of an end: twice the same, where it is told twice', () => {
    const freed = [at('MUG', 'EAST', { allocated: -4 })];
    expect(changedBy(held().after(confirm('r1')), cancel('r1'))).toEqual([
      ['cancelled', 'confirmed', freed],
      ['released', 'confirmed', freed],
    ]);
    const due = held();
    due.passTime();
    const givenBack = [at('MUG', 'EAST', { reserved: -4 })];
    expect(changedBy(due)).toEqual([
      ['expired', 'held', givenBack],
      ['released', 'held', givenBack],
    ]);
  });

  test('each of its own, in one batch', () => {
    expect(changedBy(shopWithHold(), release('r1'), reserve('r2', [line('TEE', 1)]))).toMatchObject([
      ['released', 'held', [{ sku: 'MUG' }, { sku: 'MUG' }, { sku: 'TEE' }]],
      ['reserved', null, [at('TEE', 'EAST', { reserved: 1 })]],
    ]);
  });
});

function late(): Shop {
  const shop = held();
  shop.passTime();
  return shop;
}

const idsOf = (shop: Shop, paymentReference: string | null) =>
  shop.submit(confirm('r1', { paymentReference })).changes.refusals.map(({ id }) => id);

describe('a payment that comes too late', () => {
  test('is told with its reference and the refusal', () => {
    const { refusals } = late().submit(confirm('r1', { paymentReference: 'pay-1' })).changes;
    expect(refusals).toMatchObject([
      {
        type: 'warehouse.inventory.confirm_refused',
        subject: 'r1',
        reservationId: 'r1',
        data: { id: 'r1', status: 'expired' },
        changed: { payment_reference: 'pay-1', refusal: { code: 'reservation_expired' } },
      },
    ]);
  });

  test('has the same id each time that it is repeated, and another payment has another', () => {
    const shop = late();
    const first = idsOf(shop, 'pay-1');
    expect(first).toHaveLength(1);
    shop.passTime();
    expect(idsOf(shop, 'pay-1')).toEqual(first);
    expect(idsOf(shop, 'pay-2')).not.toEqual(first);
  });

  test('is not told of what is confirmed, or of another order', () => {
    const shop = shopOfMugs().after(reserve('r1', [line('MUG', 4)], { orderId: 'o-1' }), release('r1'));
    expect(shop.submit(confirm('r1', { orderId: 'o-2' })).changes.refusals).toEqual([]);
    const sold = shopOfMugs().after(reserve('r1', [line('MUG', 4)]), confirm('r1'));
    expect(sold.submit(confirm('r1', { parts: [part('MUG', 1)] })).changes.refusals).toEqual([]);
  });
});

const eventsOf = (shop: Shop, ...commands: readonly Command[]) => shop.decide(...commands).changes.events;

describe('a level', () => {
  test('of which more is promised than is there tells so, once for each time that it is more', () => {
    const shop = held();
    const short = eventsOf(shop, setStock('MUG', 'EAST', 3));
    expect(short).toMatchObject([
      {
        type: 'warehouse.inventory.stock_shortfall',
        subject: 'MUG/EAST',
        reservationId: null,
        data: { sku: 'MUG', location: 'EAST', on_hand: 3, reserved: 4, shortfall: 1 },
        changed: { previous_shortfall: 0 },
      },
    ]);
    expect(eventsOf(shop, setStock('MUG', 'EAST', 3))).toEqual([]);
    expect(eventsOf(shop, setStock('MUG', 'EAST', 2))).toMatchObject([
      { changed: { previous_shortfall: 1 } },
    ]);
    expect(eventsOf(shop, setStock('MUG', 'EAST', 9))).toEqual([]);
  });

  test('that is repaired tells what the repair changed, whatever else was done in the batch', () => {
    const shop = held();
    shop.damage('MUG', 'EAST', { reserved: 6 });
    const repair = {
      kind: 'repair-stock',
      levels: [{ sku: 'MUG', location: 'EAST' }],
      dryRun: false,
      caller: 'ops',
    } as const;
    const told = eventsOf(shop, setStock('MUG', 'EAST', 12), repair);
    expect(told).toMatchObject([
      {
        type: 'warehouse.inventory.reconciled',
        subject: 'MUG/EAST',
        data: { on_hand: 12, reserved: 4 },
        changed: { stock_changes: [at('MUG', 'EAST', { reserved: -2 })] },
      },
    ]);
    expect(eventsOf(shop, repair)).toEqual([]);
  });
});
