import { eventually, together } from '@holdfast/testing';
import { codeOf, confirm, line, reserve, setStock } from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  keyed,
  reservationIn,
  scenarioOfSuite,
  type WatchedLedger,
  waitLongForLocks,
} from './fixtures/ledger-scenario.ts';
import { newId, type Answer } from './index.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let other: WatchedLedger;

waitLongForLocks();
beforeEach(() => {
  ledger = scenario.openLedger();
  other = scenario.openLedger();
});

/** Many calls, as a client makes them that repeats itself: each has an id of its own, so a second one would be seen. */
function repeatedly(times: number, sku: string, key: string, doors: readonly WatchedLedger[]) {
  return together(times, (number) =>
    (doors[number % doors.length] ?? ledger).submit(reserve([line(sku, 2)]), keyed(key)),
  );
}

/** Makes a key older. */
const grow = (key: string, hours: string) =>
  scenario.sql.query('UPDATE idempotency_keys SET created_at = created_at - $2::interval WHERE key = $1', [
    key,
    hours,
  ]);

/** Another process has written its outcome, and has not committed yet; the ledger waits for it. */
async function whileTaken(sku: string, ending: 'COMMIT' | 'ROLLBACK') {
  const otherSession = await scenario.connect();
  await otherSession.query('BEGIN');
  const outcome = { ok: false, refusal: { code: 'insufficient_stock', detail: 'theirs', lines: [] } };
  const { caller, path, key, fingerprint } = keyed(sku);
  await otherSession.query('INSERT INTO idempotency_keys VALUES ($1, $2, $3, $4, $5, clock_timestamp())', [
    caller,
    path,
    key,
    fingerprint,
    JSON.stringify(outcome),
  ]);
  const answer = ledger.submit(reserve([line(sku)]), keyed(sku));
  await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
  await otherSession.query(ending);
  return { answer: await answer, outcome };
}

const answersOf = (results: readonly PromiseSettledResult<Answer>[]) =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));

describe('the same key again', () => {
  test.each([
    ['at once, in one process', () => [ledger]],
    ['at once, in two processes', () => [ledger, other]],
  ])('%s: is done once, and every caller gets that outcome', async (what, doors) => {
    const sku = await ledger.newSku(10);

    const results = await repeatedly(12, sku, what, doors());

    const answers = answersOf(results);
    expect(answers).toHaveLength(12);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.outcome))).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
    expect(await scenario.rows('reservation_lines WHERE sku = $1', [sku])).toBe(1);
  });

  test('later: gets the outcome as it was then, whatever has become of it', async () => {
    const sku = await ledger.newSku(10);
    const key = keyed(newId());
    const first = await ledger.submit(reserve([line(sku, 2)]), key);
    await ledger.submit(confirm(reservationIn(first).id));
    ledger.effects.length = 0;

    for (const door of [ledger, other]) {
      expect(await door.submit(reserve([line(sku, 2)]), key)).toEqual({
        outcome: first.outcome,
        replayed: true,
      });
    }

    expect(await scenario.counters(sku)).toEqual([10, 0, 2]);
    await eventually(() => ledger.effects.length === 1);
    expect(ledger.effects).toMatchObject([{ dueAt: [], syncs: [] }]);
  });

  test('beside calls that are new: each gets its own answer', async () => {
    const sku = await ledger.newSku(200);
    const known = await ledger.submit(reserve([line(sku, 2)]), keyed('known'));

    const answers = answersOf(
      await together(21, (number) =>
        ledger.submit(reserve([line(sku, 1 + number)]), number % 2 ? keyed('known') : keyed(`new ${number}`)),
      ),
    );

    for (const [number, answer] of answers.entries()) {
      if (number % 2) expect(answer).toEqual({ outcome: known.outcome, replayed: true });
      else expect(reservationIn(answer).lines[0]).toMatchObject({ quantity: 1 + number });
    }
  });

  test.each([
    ['caller', { caller: 'another caller' }],
    ['path', { path: 'POST /v1/elsewhere' }],
  ])('from another %s is another key', async (_what, rest) => {
    const sku = await ledger.newSku(10);
    const key = keyed(newId());
    await ledger.submit(reserve([line(sku)]), key);
    expect(await ledger.submit(reserve([line(sku)]), { ...key, ...rest })).toMatchObject({ replayed: false });
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
  });
});

describe('the same key for another request', () => {
  test('is refused later, in this process and another', async () => {
    const sku = await ledger.newSku(10);
    await ledger.submit(reserve([line(sku)]), keyed(sku, 'one mug'));
    for (const door of [ledger, other]) {
      const answer = await door.submit(reserve([line(sku, 2)]), keyed(sku, 'two mugs'));
      expect([codeOf(answer), answer.replayed]).toEqual(['idempotency_key_reused', false]);
    }
    expect(await scenario.counters(sku)).toEqual([10, 1, 0]);
  });

  test('is refused at once, in one process and in two', async () => {
    const sku = await ledger.newSku(10);
    const ended = endings(
      await together(12, (number) =>
        (number % 3 ? ledger : other).submit(
          reserve([line(sku, 1 + (number % 2))]),
          keyed(sku, `${number % 2}`),
        ),
      ),
    );
    expect(count(ended, 'ok')).toBeGreaterThan(0);
    expect(count(ended, 'ok') + count(ended, 'idempotency_key_reused')).toBe(12);
    expect(count(ended, 'ok')).toBeLessThanOrEqual(6);
    expect(await scenario.rows('reservation_lines WHERE sku = $1', [sku])).toBe(1);
  });

  test('does not undo the first outcome', async () => {
    const sku = await ledger.newSku(10);
    const first = await ledger.submit(reserve([line(sku)]), keyed(sku, 'one'));
    await ledger.submit(reserve([line(sku)]), keyed(sku, 'other'));
    expect(await ledger.submit(reserve([line(sku)]), keyed(sku, 'one'))).toEqual({
      outcome: first.outcome,
      replayed: true,
    });
  });
});

describe('a refusal', () => {
  test('that says how things stood (409) is replayed, though it would succeed now', async () => {
    const sku = await ledger.newSku(1);
    const first = await ledger.submit(reserve([line(sku, 2)]), keyed(sku));
    expect(codeOf(first)).toBe('insufficient_stock');
    await ledger.submit(setStock(sku, 10));

    expect(await other.submit(reserve([line(sku, 2)]), keyed(sku))).toEqual({
      outcome: first.outcome,
      replayed: true,
    });
    expect(codeOf(await other.submit(reserve([line(sku, 2)]), keyed(`${sku} again`)))).toBe('ok');
  });

  test('that the caller can correct (422) is not kept', async () => {
    const sku = 'NOT-YET';
    expect(codeOf(await ledger.submit(reserve([line(sku)]), keyed(sku)))).toBe('unknown_sku');
    await scenario.sql.query('INSERT INTO skus (sku) VALUES ($1)', [sku]);
    await ledger.submit(setStock(sku, 1));
    const answer = await ledger.submit(reserve([line(sku)]), keyed(sku));
    expect([codeOf(answer), answer.replayed]).toEqual(['ok', false]);
  });
});

describe('a refusal that is not kept', () => {
  test('is no replay for the one who asked at the same moment either', async () => {
    const answers = await Promise.all(
      [1, 2].map(() => ledger.submit(reserve([line('NO-SUCH')]), keyed('no such'))),
    );
    expect(answers.map((answer) => [codeOf(answer), answer.replayed])).toEqual([
      ['unknown_sku', false],
      ['unknown_sku', false],
    ]);
  });
});

describe('a key', () => {
  test('is honoured for 24 hours', async () => {
    const sku = await ledger.newSku(10);
    await ledger.submit(reserve([line(sku)]), keyed(sku));
    await grow(sku, '23:59:00');
    expect(await ledger.submit(reserve([line(sku)]), keyed(sku))).toMatchObject({ replayed: true });
  });

  test('is honoured no longer, and then stands for the new request for 24 hours more', async () => {
    const sku = await ledger.newSku(10);
    await ledger.submit(reserve([line(sku)]), keyed(sku, 'old'));
    await grow(sku, '24:00:01');

    const answer = await ledger.submit(reserve([line(sku)]), keyed(sku, 'new'));

    expect([codeOf(answer), answer.replayed]).toEqual(['ok', false]);
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
    expect(await other.submit(reserve([line(sku)]), keyed(sku, 'new'))).toEqual({
      outcome: answer.outcome,
      replayed: true,
    });
    expect(codeOf(await other.submit(reserve([line(sku)]), keyed(sku, 'old')))).toBe(
      'idempotency_key_reused',
    );
  });
});

describe('a key that another process is just using', () => {
  test('is waited for, and its outcome is the answer', async () => {
    const sku = await ledger.newSku(10);
    const { answer, outcome } = await whileTaken(sku, 'COMMIT');
    expect(answer).toEqual({ outcome, replayed: true });
    expect(ledger.failures).toEqual(['key_taken']);
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
  });

  test('is free again when that process gives up', async () => {
    const sku = await ledger.newSku(10);
    const { answer } = await whileTaken(sku, 'ROLLBACK');
    expect([codeOf(answer), answer.replayed]).toEqual(['ok', false]);
    expect(await scenario.counters(sku)).toEqual([10, 1, 0]);
  });
});
