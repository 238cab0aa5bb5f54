import { readReservation } from '@holdfast/reservations';
import { showReservation } from '@holdfast/domain';
import { eventually, together } from '@holdfast/testing';
import {
  codeOf,
  confirm,
  EAST,
  expire,
  line,
  release,
  reserve,
  setStock,
  WEST,
} from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  levelIn,
  reservationIn,
  scenarioOfSuite,
  type WatchedLedger,
  limits,
  waitLongForLocks,
} from './fixtures/ledger-scenario.ts';
import type { Answer } from './batch/entry.ts';
import { LedgerUnavailable } from './ledger-errors.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let other: WatchedLedger;

waitLongForLocks();
beforeEach(() => {
  ledger = scenario.openLedger();
  other = scenario.openLedger();
});

describe('many callers at once', () => {
  test('exactly as many get the last units as there are', async () => {
    const sku = await ledger.newSku(100);

    const ended = endings(await together(400, () => ledger.submit(reserve([line(sku)]))));

    expect(count(ended, 'ok')).toBe(100);
    expect(count(ended, 'insufficient_stock')).toBe(300);
    expect(await scenario.counters(sku)).toEqual([100, 100, 0]);
  });

  test('exactly as many, also through two processes', async () => {
    const sku = await ledger.newSku(50);

    const ended = endings(
      await together(200, (number) => (number % 2 ? ledger : other).submit(reserve([line(sku)]))),
    );

    expect(count(ended, 'ok')).toBe(50);
    expect(count(ended, 'insufficient_stock')).toBe(150);
    expect(await scenario.counters(sku)).toEqual([50, 50, 0]);
  });

  test('one wins, of two with the last unit in two carts of several lines', async () => {
    const [rare, plenty] = [await ledger.newSku(1), await ledger.newSku(100)];

    const ended = endings(
      await together(20, (number) =>
        (number % 2 ? ledger : other).submit(reserve([line(plenty, 2), line(rare)])),
      ),
    );

    expect(count(ended, 'ok')).toBe(1);
    expect(await scenario.counters(plenty)).toEqual([100, 2, 0]);
  });

  test('two processes that want the same SKUs in opposite order never lock each other out', async () => {
    const skus: string[] = [];
    for (let number = 0; number < 6; number += 1) skus.push(await ledger.newSku(1_000));
    const back = skus.toReversed();

    const held = await together(200, (number) =>
      number % 2
        ? ledger.submit(reserve(skus.map((sku) => line(sku))))
        : other.submit(reserve(back.map((sku) => line(sku)))),
    );
    const ids = held.flatMap((each) => (each.status === 'fulfilled' ? [reservationIn(each.value).id] : []));
    const ended = await together(ids.length, (number): Promise<Answer> => {
      const id = ids[number] ?? '';
      const door = number % 3 ? ledger : other;
      if (number % 4 === 0) return door.submit(release(id));
      if (number % 4 === 1) return door.submit(setStock(skus[number % 6] ?? '', 1_000));
      return door.submit(confirm(id));
    });

    expect(new Set([...endings(held), ...endings(ended)])).toEqual(new Set(['ok']));
    expect([...ledger.failures, ...other.failures]).not.toContain('conflict');
    expect(await scenario.counters(skus[0] ?? '')).toEqual([1_000, 50, 100]);
  });

  test('a hold ends once, by any caller', async () => {
    const sku = await ledger.newSku(1);
    const { id } = await ledger.hold(sku);

    const ended = endings(
      await together(20, (number) =>
        (number % 3 ? ledger : other).submit(number % 2 ? confirm(id) : release(id)),
      ),
    );

    expect(count(ended, 'ok')).toBe(10);
    expect(count(ended, 'invalid_transition')).toBe(10);
    expect(await scenario.rows('stock_movements WHERE reservation_id = $1', [id])).toBe(2);
    expect(await scenario.rows('warehouse_syncs WHERE reservation_id = $1', [id])).toBe(1);
  });

  test('a level is created once, and both who set it for the first time are answered', async () => {
    const sku = await scenario.sku();
    const answers = await Promise.all([ledger.submit(setStock(sku, 3)), other.submit(setStock(sku, 4))]);
    expect(answers.map((answer) => levelIn(answer).version).toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(await scenario.rows('stock_movements WHERE sku = $1', [sku])).toBe(2);
  });

  test('commands that wait are decided together', async () => {
    const sku = await ledger.newSku(100);
    ledger.batches.length = 0;
    await together(50, () => ledger.submit(reserve([line(sku)])));
    await eventually(() => ledger.batches.length === 2);
    expect(ledger.batches.map(({ commands }) => commands)).toEqual([1, 49]);
  });
});

describe('what is answered', () => {
  test('is what is stored, after every transition', async () => {
    const sku = await ledger.newSku(10);
    await ledger.submit(setStock(sku, 5, WEST, { safetyStock: 1 }));
    const db = scenario.openDatabase();
    const stored = async (id: string) => {
      const found = await readReservation(db.prisma, id);
      return found && showReservation(found.reservation, found.now);
    };

    const held = reservationIn(
      await ledger.submit(
        reserve([line(sku, 12), line(sku, 1, WEST)], {
          orderId: 'o-1',
          cartId: 'c-1',
          storeId: 's-1',
          source: 'web',
          metadata: { gift: 'yes', note: 'für \u{1F381}' },
        }),
      ),
    );
    expect(await stored(held.id)).toEqual(held);
    const parts = [{ sku, location: null, quantity: 11 }];
    const confirmed = reservationIn(
      await ledger.submit(confirm(held.id, { parts, paymentReference: 'pay-1' })),
    );
    expect(await stored(held.id)).toEqual(confirmed);
    const second = await ledger.hold(sku);
    const released = reservationIn(await ledger.submit(release(second.id)));
    expect(await stored(second.id)).toEqual(released);
    const sold = await ledger.hold(sku, 1, { ttlSeconds: null });
    expect(await stored(sold.id)).toEqual(sold);
  });

  test('a correction below what is promised records the shortfall', async () => {
    const sku = await ledger.newSku(10);
    await ledger.submit(reserve([line(sku, 8)]));
    expect(levelIn(await ledger.submit(setStock(sku, 5)))).toMatchObject({
      on_hand: 5,
      shortfall: 3,
      available: 0,
    });
    expect(await scenario.rows('stock_levels WHERE sku = $1 AND shortfall = 3', [sku])).toBe(1);
    expect(codeOf(await ledger.submit(reserve([line(sku)])))).toBe('insufficient_stock');
    expect(levelIn(await ledger.submit(setStock(sku, 9)))).toMatchObject({ shortfall: 0, available: 1 });
  });

  test.each([
    ['of an unknown SKU', setStock('NOPE', 1), 'sku_not_found'],
    ['at an unknown location', setStock('SKU-1', 1, 'MOON'), 'location_not_found'],
    [
      'with a version, before it is ever set',
      setStock('SKU-1', 1, WEST, { ifVersion: [0] }),
      'version_conflict',
    ],
  ])('a level %s is refused, and not created', async (_what, command, code) => {
    expect(codeOf(await ledger.submit(command))).toBe(code);
    expect(
      await scenario.rows('stock_levels WHERE sku = $1 AND location = $2', [command.sku, command.location]),
    ).toBe(0);
  });
});

describe('effects', () => {
  test('are published once, after the commit, when they can be read', async () => {
    const sku = await ledger.newSku(10);
    ledger.effects.length = 0;

    const held = await ledger.hold(sku);
    await eventually(() => ledger.effects.length === 1);
    await ledger.submit(confirm(held.id));
    await ledger.submit(confirm(held.id));
    await eventually(() => ledger.effects.length === 3);

    expect(ledger.effects).toMatchObject([
      { dueAt: [Date.parse(held.expires_at ?? '')], syncs: [] },
      { dueAt: [], syncs: [{ action: 'confirm' }] },
      { dueAt: [], syncs: [] },
    ]);
    const ids = ledger.effects.flatMap(({ syncs }) => syncs.map(({ id }) => id));
    expect(await scenario.rows('warehouse_syncs WHERE id = ANY($1)', [ids])).toBe(1);
  });

  test('of a refusal are nothing', async () => {
    const sku = await ledger.newSku(1);
    ledger.effects.length = 0;
    await ledger.submit(reserve([line(sku, 2)]));
    await eventually(() => ledger.effects.length === 1);
    expect(ledger.effects).toMatchObject([{ dueAt: [], syncs: [] }]);
  });
});

describe('when closed', () => {
  test('what waits comes to its end first, and nothing new is taken', async () => {
    jest.replaceProperty(limits, 'overlapAfterMs', 60_000);
    const sku = await ledger.newSku(100);
    const lock = await scenario.lock(sku);
    const waiting = together(30, () => ledger.submit(reserve([line(sku)])));
    await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);

    const closed = ledger.close();
    await expect(ledger.submit(reserve([line(sku)]))).rejects.toThrow(LedgerUnavailable);
    expect(ledger.pending).toBe(29);
    await lock.unlock();

    expect(count(endings(await waiting), 'ok')).toBe(30);
    await closed;
    expect(await scenario.counters(sku)).toEqual([100, 30, 0]);
    await eventually(
      async () =>
        (await scenario.rows('pg_stat_activity WHERE application_name = $1', [ledger.applicationName])) === 0,
    );
  });
});

describe('a hold past its time', () => {
  test('is given back by the next reservation of its SKU, also by one that is then refused', async () => {
    const sku = await ledger.newSku(10);
    const { id } = await ledger.hold(sku, 6);
    await scenario.makeDue(id);

    expect(codeOf(await ledger.submit(reserve([line(sku, 11)])))).toBe('insufficient_stock');

    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
    expect(await scenario.rows(`reservations WHERE id = $1 AND status = 'expired'`, [id])).toBe(1);
  });

  test('is published before the hold that took its place', async () => {
    const sku = await ledger.newSku(1);
    const { id } = reservationIn(await ledger.submit(reserve([line(sku, 1, EAST)])));
    await scenario.makeDue(id);
    ledger.effects.length = 0;
    expect(codeOf(await ledger.submit(reserve([line(sku)])))).toBe('ok');
    await eventually(() => ledger.effects.length === 1);
    expect(ledger.effects).toMatchObject([{ syncs: [{ action: 'expire' }], dueAt: [expect.any(Number)] }]);
  });

  test('is not expired before it, and only once after', async () => {
    const sku = await ledger.newSku(1);
    const { id } = await ledger.hold(sku);
    expect(codeOf(await ledger.submit(expire(id)))).toBe('invalid_transition');
    await scenario.makeDue(id);
    const answers = await Promise.all([ledger.submit(expire(id)), other.submit(expire(id))]);
    const changed = answers.filter(({ outcome }) => 'changed' in outcome && outcome.changed);
    expect([answers.length, changed.length]).toEqual([2, 1]);
    expect(await scenario.rows(`events WHERE reservation_id = $1 AND type LIKE '%.expired'`, [id])).toBe(1);
  });
});
