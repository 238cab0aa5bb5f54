import type { CommandOf } from '@holdfast/domain';
import { pick, seededDice, shuffled } from '@holdfast/domain/testing';
import { eventually, together } from '@holdfast/testing';
import { line, putReservation } from '@holdfast/testing/vocabulary';
import {
  endings,
  scenarioOfSuite,
  waitLongForLocks,
  type WatchedLedger,
} from './fixtures/ledger-scenario.ts';
import { newId } from './index.ts';

// Ids that clients choose: in every race, one id is one reservation, and a clash refuses only one command.

const scenario = scenarioOfSuite();
waitLongForLocks();

/** With so many units in EAST. */
async function newSku([ledger]: readonly WatchedLedger[], onHand: number): Promise<string> {
  if (!ledger) throw new Error('no ledger');
  return ledger.newSku(onHand);
}

/** Repeats, as a client does, a call that was not served for the load of a slow machine. */
const submit = (ledger: WatchedLedger, command: CommandOf<'put-reservation'>) =>
  eventually(() => ledger.submit(command));

/** Batches that a row of another process, or a deadlock, has broken. */
const brokenBatches = (ledgers: readonly WatchedLedger[]) =>
  ledgers
    .flatMap(({ failures }) => failures)
    .filter((reason) => ['data', 'other', 'conflict'].includes(reason));

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const CONTENTS = ['one', 'other'] as const;

const openLedgers = (count: number): WatchedLedger[] =>
  Array.from({ length: count }, () => scenario.openLedger());

describe(`seed ${SEED}`, () => {
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
      return submit(pick(dice, ledgers), putReservation(id, [line(sku, quantity)], {}, content));
    });

    const codes = endings(answers);
    for (const id of ids) {
      const accepted = CONTENTS.map((content) =>
        sent.flatMap((each, n) => (each.id === id && each.content === content ? (codes[n] ?? []) : [])),
      );
      expect(accepted.map((each) => new Set(each).size)).toEqual([1, 1]);
      expect(new Set(accepted.flat())).toEqual(new Set(['ok', 'reservation_exists']));
    }
    expect(brokenBatches(ledgers)).toEqual([]);
    expect(await scenario.rows('reservations WHERE id = ANY($1)', [ids])).toBe(20);
    expect(await scenario.rows('events WHERE reservation_id = ANY($1)', [ids])).toBe(20);
  });
});
