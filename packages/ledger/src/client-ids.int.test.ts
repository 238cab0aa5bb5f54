import type { CommandOf } from '@holdfast/domain';
import { pick, seededDice, type Dice } from '@holdfast/domain/testing';
import { together } from '@holdfast/testing';
import { line, putReservation, withdraw } from '@holdfast/testing/vocabulary';
import {
  endings,
  scenarioOfSuite,
  waitLongForLocks,
  type WatchedLedger,
} from './fixtures/ledger-scenario.ts';
import { newId, type Locking } from './index.ts';

// Ids that clients choose: whatever races, one id is one reservation, and a clash refuses one command only.

const scenario = scenarioOfSuite();
waitLongForLocks();

function shuffled<Item>(dice: Dice, items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, place: dice.whole(0, 1_000_000) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** With so many units in EAST. */
async function newSku([ledger]: readonly WatchedLedger[], onHand: number): Promise<string> {
  if (!ledger) throw new Error('no ledger');
  return ledger.newSku(onHand);
}

/** Why batches had to be tried again. */
const failuresOf = (ledgers: readonly WatchedLedger[]) => ledgers.flatMap(({ failures }) => failures);

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const CONTENTS = ['one', 'other'] as const;

describe.each<Locking>(['pessimistic', 'optimistic'])(`with %s locking, seed ${SEED}`, (locking) => {
  const openLedgers = (count: number): WatchedLedger[] =>
    Array.from({ length: count }, () => scenario.openLedger(scenario.url, locking));

  test('of 200 creates of 20 ids through two ledgers at once, a clash refuses one and no other', async () => {
    const dice = seededDice(SEED);
    const ledgers = openLedgers(2);
    const sku = await newSku(ledgers, 1_000);
    const ids = Array.from({ length: 20 }, newId);
    const sent = shuffled(
      dice,
      ids.flatMap((id) => Array.from({ length: 10 }, (_, n) => ({ id, content: CONTENTS[n % 2] ?? 'one' }))),
    );

    const answers = await together(sent.length, async (number) => {
      const { id, content } = sent[number] ?? pick(dice, sent);
      const quantity = content === 'one' ? 2 : 3;
      return pick(dice, ledgers).submit(putReservation(id, [line(sku, quantity)], {}, content));
    });

    const codes = endings(answers);
    for (const id of ids) {
      const accepted = CONTENTS.map((content) =>
        sent.flatMap((each, n) => (each.id === id && each.content === content ? (codes[n] ?? []) : [])),
      );
      expect(accepted.map((each) => new Set(each).size)).toEqual([1, 1]);
      expect(new Set(accepted.flat())).toEqual(new Set(['ok', 'reservation_exists']));
    }
    expect(failuresOf(ledgers)).toEqual([]);
    expect(await scenario.rows('reservations WHERE id = ANY($1)', [ids])).toBe(20);
    expect(await scenario.rows('events WHERE reservation_id = ANY($1)', [ids])).toBe(20);
  });

  test('after 500 withdrawals against 500 creates of the same ids through three ledgers, nothing is alive', async () => {
    const dice = seededDice(SEED);
    const ledgers = openLedgers(3);
    const sku = await newSku(ledgers, 5_000);
    const ids = Array.from({ length: 500 }, newId);
    const sent = shuffled<CommandOf<'withdraw' | 'put-reservation'>>(dice, [
      ...ids.map((id) => withdraw(id)),
      ...ids.map((id) => putReservation(id, [line(sku, dice.whole(1, 3))])),
    ]);

    const answers = await together(sent.length, async (number) =>
      pick(dice, ledgers).submit(sent[number] ?? pick(dice, sent)),
    );

    const codes = endings(answers);
    const codesOf = (kind: string) => new Set(codes.filter((_code, n) => sent[n]?.kind === kind));
    expect(codesOf('withdraw')).toEqual(new Set(['ok']));
    expect(codesOf('put-reservation')).toEqual(new Set(['ok', 'reservation_withdrawn']));
    expect(failuresOf(ledgers)).toEqual([]);
    expect(await scenario.counters(sku)).toEqual([5_000, 0, 0]);
    const over = "status IN ('released', 'withdrawn') AND withdrawn_at IS NOT NULL";
    expect(await scenario.rows(`reservations WHERE id = ANY($1) AND ${over}`, [ids])).toBe(500);
  });
});
