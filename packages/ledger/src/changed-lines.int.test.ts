import { randomInt } from 'node:crypto';
import type { CommandOf } from '@holdfast/domain';
import { onceIn, pick, seededDice, type Dice } from '@holdfast/domain/testing';
import { keepCalling, together } from '@holdfast/testing';
import {
  codeOf,
  confirm,
  EAST,
  fulfill,
  line,
  replaceLines,
  reserve,
  setStock,
  WEST,
} from '@holdfast/testing/vocabulary';
import {
  reservationIn,
  scenarioOfSuite,
  untilTaken,
  waitLongForLocks,
  type WatchedLedger,
} from './fixtures/ledger-scenario.ts';

const CALLERS = 24;
const CHANGES = 6;
const SKUS = 5;

const scenario = scenarioOfSuite();
waitLongForLocks();
let ledgers: readonly [WatchedLedger, WatchedLedger];

beforeEach(() => {
  ledgers = [scenario.openLedger(), scenario.openLedger()];
});

type Changing = CommandOf<'replace-lines' | 'reserve' | 'confirm' | 'fulfill'>;

const submit = (ledger: WatchedLedger, command: Changing) => untilTaken(() => ledger.submit(command));

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
