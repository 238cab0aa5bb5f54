import { randomInt } from 'node:crypto';
import type { CommandOf, ReservationView } from '@holdfast/domain';
import { onceIn, pick, seededDice, type Dice } from '@holdfast/domain/testing';
import { keepCalling, together } from '@holdfast/testing';
import {
  codeOf,
  confirm,
  EAST,
  fulfill,
  line,
  putCart,
  replaceLines,
  reserve,
  setStock,
  WEST,
} from '@holdfast/testing/vocabulary';
import {
  reservationIn,
  scenarioOfSuite,
  waitLongForLocks,
  type WatchedLedger,
} from './fixtures/ledger-scenario.ts';
import { LedgerOverloaded, newId } from './index.ts';

const SHOPPERS = 60;
/** Callers that change reservations by their ids. */
const CALLERS = 24;
/** Fewer than shoppers: some have their cart open twice. */
const CARTS = 45;
const CHANGES = 6;
const SKUS = 5;

const scenario = scenarioOfSuite();
waitLongForLocks();
let ledgers: readonly [WatchedLedger, WatchedLedger];

beforeEach(() => {
  ledgers = [scenario.openLedger(), scenario.openLedger()];
});

type Changing = CommandOf<'put-cart' | 'replace-lines' | 'reserve' | 'confirm' | 'fulfill'>;

/** Again while the ledger has too much to do: then nothing was done. */
async function submit(ledger: WatchedLedger, command: Changing) {
  for (;;) {
    try {
      return await ledger.submit(command);
    } catch (error) {
      if (!(error instanceof LedgerOverloaded)) throw error;
    }
  }
}

function dice(what: string): Dice {
  const seed = randomInt(2 ** 31);
  process.stderr.write(`${what}: seed ${seed}\n`);
  return seededDice(seed);
}

async function newSkus(): Promise<readonly string[]> {
  const skus: string[] = [];
  for (let n = 0; n < SKUS; n += 1) {
    const sku = await ledgers[0].newSku(30);
    await ledgers[0].submit(setStock(sku, 30, WEST));
    skus.push(sku);
  }
  return skus;
}

/** Some of the SKUs, in any order; now and then pinned, or nothing. */
function wanted(throws: Dice, skus: readonly string[]) {
  return Array.from({ length: throws.whole(0, 4) }, () =>
    line(pick(throws, skus), throws.whole(1, 3), pick(throws, [null, null, EAST, WEST])),
  );
}

const unitsIn = ({ lines }: ReservationView) => lines.reduce((sum, { quantity }) => sum + quantity, 0);

test('carts that share SKUs are changed in all directions over two ledgers: no unit is lost or held twice', async () => {
  const throws = dice('carts');
  const skus = await newSkus();
  const seeds = Array.from({ length: SHOPPERS }, () => throws.whole(0, 2 ** 30));
  const found = new Set<string>();
  const ends = await together(SHOPPERS, async (shopper) => {
    const own = seededDice(seeds[shopper] ?? 0);
    for (let n = 0; n < CHANGES; n += 1) {
      const ifShort = pick(own, ['reject', 'partial'] as const);
      const command = putCart(`cart-${shopper % CARTS}`, wanted(own, skus), { ifShort });
      const answer = await submit(pick(own, ledgers), {
        ...command,
        create: { ...command.create, reservationId: newId() },
      });
      found.add(codeOf(answer));
    }
  });
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect([...found].filter((code) => !EXPECTED.has(code))).toEqual([]);
  expect((await scenario.sql.query(TWO_HOLDS_OF_A_CART)).rows).toEqual([]);
  await together(CARTS, (cart) => submit(ledgers[cart % 2 === 0 ? 0 : 1], putCart(`cart-${cart}`, [])));
  for (const sku of skus) {
    expect(await scenario.counters(sku)).toEqual([30, 0, 0]);
    expect(await scenario.counters(sku, WEST)).toEqual([30, 0, 0]);
  }
});

const EXPECTED = new Set(['ok', 'insufficient_stock', 'reservation_not_found']);

/** Holds of this suite end only by a release. */
const TWO_HOLDS_OF_A_CART = `
  SELECT one.cart_id, one.id, other.id
  FROM reservations AS one
  JOIN reservations AS other USING (cart_id)
  WHERE one.id <> other.id
    AND one.created_at <= other.created_at
    AND coalesce(one.released_at, 'infinity') > other.created_at`;

test('holds and orders are changed in all directions while they are confirmed and shipped', async () => {
  const throws = dice('changed lines');
  const skus = await newSkus();
  const ids: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    ids.push(reservationIn(await submit(ledgers[0], reserve([line(pick(throws, skus), 2)]))).id);
  }
  const seeds = Array.from({ length: CALLERS }, () => throws.whole(0, 2 ** 30));
  const ends = await together(CALLERS, async (caller) => {
    const own = seededDice(seeds[caller] ?? 0);
    for (let n = 0; n < CHANGES; n += 1) {
      const [id, ledger] = [pick(own, ids), pick(own, ledgers)];
      const lines = [line(pick(own, skus), own.whole(1, 4)), ...wanted(own, skus)];
      const sourcing = pick(own, [null, 'no_split', 'split'] as const);
      await submit(ledger, replaceLines(id, lines, { sourcing }));
      if (onceIn(own, 20)) await submit(ledger, confirm(id));
      if (onceIn(own, 15)) await submit(ledger, fulfill(id, [line(pick(own, skus))]));
    }
  });
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
});

test('a hold of the last units is changed as often as it likes: rivals never get what it keeps', async () => {
  const [ledger, other] = ledgers;
  const sku = await ledger.newSku(3);
  const { id } = await ledger.hold(sku, 3);
  let got = 0;
  const rivals = keepCalling(8, async () => {
    if (codeOf(await submit(other, reserve([line(sku)]))) === 'ok') got += 1;
  });
  for (let n = 0; n < 40; n += 1) {
    const lines = n % 2 === 0 ? [line(sku, 1, EAST), line(sku, 2)] : [line(sku, 3)];
    expect(codeOf(await submit(ledger, replaceLines(id, lines)))).toBe('ok');
  }
  await rivals.stop();
  expect(got).toBe(0);
});

test('from 3 to 2 to 3 while rivals take and release: the hold never has fewer than 2, and loses nothing by a refusal', async () => {
  const [ledger, other] = ledgers;
  const sku = await ledger.newSku(3);
  const { id } = await ledger.hold(sku, 3);
  const rivals = keepCalling(6, async (rival) => {
    await submit(other, putCart(`rival-${rival}-${sku}`, [line(sku)], { create: createOf(newId()) }));
    await submit(other, putCart(`rival-${rival}-${sku}`, []));
  });
  const ends = new Map<string, number>();
  for (let n = 0; n < 40; n += 1) {
    expect(unitsIn(reservationIn(await submit(ledger, replaceLines(id, [line(sku, 2)]))))).toBe(2);
    const answer = await submit(ledger, replaceLines(id, [line(sku, 3)]));
    ends.set(codeOf(answer), (ends.get(codeOf(answer)) ?? 0) + 1);
    if (!answer.outcome.ok) {
      expect(answer.outcome.refusal).toMatchObject({ lines: [{ sku, requested: 3, available: 2 }] });
    }
  }
  await rivals.stop();
  expect([...ends.keys()].filter((code) => code !== 'ok' && code !== 'insufficient_stock')).toEqual([]);
  expect(codeOf(await submit(ledger, replaceLines(id, [line(sku, 3)])))).toBe('ok');
});

const createOf = (reservationId: string) => ({ ...putCart('', []).create, reservationId });

test('of callers that saw the same version, one changes the lines, over two ledgers', async () => {
  const sku = await ledgers[0].newSku(100);
  const { id } = await ledgers[0].hold(sku, 1, { cartId: sku });
  for (let version = 1; version <= 5; version += 1) {
    const ends = await together(10, async (tab) => {
      const [lines, rest] = [[line(sku, version * 10 + tab)], { ifVersion: [version] }] as const;
      const command = tab % 2 === 0 ? replaceLines(id, lines, rest) : putCart(sku, lines, rest);
      return codeOf(await submit(ledgers[tab % 2 === 0 ? 1 : 0], command));
    });
    const codes = ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)));
    expect(codes.toSorted()).toEqual(['ok', ...Array.from({ length: 9 }, () => 'version_conflict')]);
  }
});

test('of callers that find a cart empty, one creates its hold', async () => {
  const sku = await ledgers[0].newSku(40);
  const ends = await together(20, async (tab) => {
    const rest = { ifVersion: 'none', create: createOf(newId()) } as const;
    return codeOf(await submit(ledgers[tab % 2 === 0 ? 0 : 1], putCart(`new-${sku}`, [line(sku)], rest)));
  });
  const codes = ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)));
  expect(codes.filter((code) => code === 'ok')).toEqual(['ok']);
  expect(await scenario.counters(sku)).toEqual([40, 1, 0]);
});
