import { eventually, freePort, together } from '@holdfast/testing';
import { codeOf, confirm, line, release, reserve, setStock } from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  keyed,
  levelIn,
  scenarioOfSuite,
  type WatchedLedger,
  limits,
  waitLongForLocks,
} from './fixtures/ledger-scenario.ts';
import { LedgerOverloaded, LedgerUnavailable, newId } from './index.ts';
import { LEDGER_LIMITS, LEDGER_SETTINGS } from './limits.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;

waitLongForLocks();
beforeEach(() => {
  ledger = scenario.openLedger();
});

/** The ledger's sessions that are in the middle of a transaction. */
const inTransaction = () =>
  scenario.rows(`pg_stat_activity WHERE application_name = $1 AND xact_start IS NOT NULL`, [
    ledger.applicationName,
  ]);

describe('one poisoned command in a batch', () => {
  const poisons = {
    'a number that no column holds': (sku: string) => setStock(sku, 3_000_000_000),
    'a NUL in a text': (sku: string) => reserve([line(sku)], { orderId: 'o-\u0000' }),
    'a NUL in a SKU': () => reserve([line('SKU-\u0000')]),
    'half a character': (sku: string) => reserve([line(sku)], { cartId: 'c-\ud800' }),
    'half a unit': (sku: string) => reserve([line(sku, 0.5)]),
    'a name that no index holds': (sku: string) => reserve([line(sku)], { orderId: noise(9_000) }),
  };

  test.each(Object.keys(poisons) as (keyof typeof poisons)[])('%s: refuses only itself', async (name) => {
    const sku = await ledger.newSku(100);
    ledger.batches.length = 0;

    const ended = endings(
      await together(30, (number) =>
        ledger.submit(number === 17 ? poisons[name](sku) : reserve([line(sku)])),
      ),
    );

    expect(count(ended, 'ok')).toBe(29);
    expect(ended[17]).not.toBe('ok');
    expect(await scenario.counters(sku)).toEqual([100, 29, 0]);
    expect(ledger.batches.map(({ commands }) => commands)).toContain(29);
    expect(await inTransaction()).toBe(0);
  });

  test('with a key: the key is free for the corrected request', async () => {
    const sku = await ledger.newSku(10);
    await expect(ledger.submit(reserve([line(sku)], { orderId: '\u0000' }), keyed(sku))).rejects.toThrow(
      Error,
    );
    expect(codeOf(await ledger.submit(reserve([line(sku)]), keyed(sku)))).toBe('ok');
  });

  test('commands that are right one after the other are right together, though the sum of them looks like an oversell', async () => {
    const sku = await ledger.newSku(0);
    const filler = await ledger.newSku(10);
    const answers = await Promise.all([
      ledger.submit(reserve([line(filler)])),
      ledger.submit(reserve([line(filler)])),
      ledger.submit(setStock(sku, 10)),
      ledger.submit(reserve([line(sku, 8)])),
      ledger.submit(setStock(sku, 0)),
    ]);
    expect(answers.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(await scenario.counters(sku)).toEqual([0, 8, 0]);
  });
});

describe('while an outside session holds a lock', () => {
  test('on a whole table: the batch is tried again, then refused, with nothing done and no connection lost', async () => {
    jest.replaceProperty(LEDGER_SETTINGS, 'lock_timeout', '60ms');
    jest.replaceProperty(limits, 'contendedLockTimeoutMs', 60);
    ledger = scenario.openLedger();
    const sku = await ledger.newSku(10);
    const lock = await scenario.lock(sku);
    await lock.client.query('LOCK TABLE stock_levels IN ACCESS EXCLUSIVE MODE');

    const ended = endings(await together(9, () => ledger.submit(reserve([line(sku)]))));

    expect(count(ended, 'LedgerOverloaded')).toBe(9);
    expect(new Set(ledger.failures)).toEqual(new Set(['locked']));
    expect(ledger.failures.length % LEDGER_LIMITS.triesMax).toBe(0);
    expect(await inTransaction()).toBe(0);
    await lock.unlock();
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
    expect(count(endings(await together(9, () => ledger.submit(reserve([line(sku)])))), 'ok')).toBe(9);
  });

  test('the pending list fills up to its bound; past it a call is refused at once, with nothing done', async () => {
    jest.replaceProperty(limits, 'pendingLinesMax', 20);
    jest.replaceProperty(limits, 'overlapCommandsMin', 1);
    const sku = await ledger.newSku(100);
    const lock = await scenario.lock(sku);

    const calls = together(40, () => ledger.submit(reserve([line(sku)])));
    await eventually(async () => (await scenario.waitingForLock(ledger)) === 2);
    expect(ledger.pending).toBe(20);
    await expect(ledger.submit(reserve([line(sku)]))).rejects.toThrow(LedgerOverloaded);
    await lock.unlock();

    const ended = endings(await calls);
    expect([count(ended, 'ok'), count(ended, 'LedgerOverloaded')]).toEqual([22, 18]);
    expect(await scenario.counters(sku)).toEqual([100, 22, 0]);
  });

  test('a batch has a maximum of lines, and a large command still goes', async () => {
    jest.replaceProperty(limits, 'linesPerBatchMax', 4);
    const [a, b] = [await ledger.newSku(100), await ledger.newSku(100)];
    ledger.batches.length = 0;
    await together(8, () => ledger.submit(reserve([line(a), line(b)])));
    const six = [
      line(a),
      line(b),
      ...[1, 2].flatMap((quantity) => [line(a, quantity, 'EAST'), line(b, quantity, 'EAST')]),
    ];
    expect(codeOf(await ledger.submit(reserve(six)))).toBe('ok');
    await eventually(() => ledger.batches.reduce((sum, { commands }) => sum + commands, 0) === 9);
    expect(Math.max(...ledger.batches.map(({ commands }) => commands))).toBe(2);
  });

  test('a hold that falls due while its confirm waits is not confirmed: the time is read after the lock', async () => {
    const aliveIn = (id: string) =>
      scenario.rows('reservations WHERE id = $1 AND expires_at > clock_timestamp()', [id]);
    // On a busy machine the hold may be due before its confirm waits: then the test takes another one.
    const { sku, id, lock, late } = await eventually(async () => {
      const sku = await ledger.newSku(10);
      const { id } = await ledger.hold(sku, 1, { ttlSeconds: 0.4 });
      const lock = await scenario.lock(sku);
      const late = ledger.submit(confirm(id));
      await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
      if ((await aliveIn(id)) === 1) return { sku, id, lock, late };
      await lock.unlock();
      await late;
      return false;
    });
    await eventually(async () => (await aliveIn(id)) === 0);
    await lock.unlock();

    expect(codeOf(await late)).toBe('reservation_expired');
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
    expect(await scenario.rows(`reservations WHERE id = $1 AND status = 'expired'`, [id])).toBe(1);
  });
});

describe('against another transaction', () => {
  test('a deadlock (40P01) reaches no caller', async () => {
    // PostgreSQL looks for a deadlock once in each wait: by then the other session has to be part of it.
    await scenario.sql.query(
      `ALTER DATABASE "${new URL(scenario.url).pathname.slice(1)}" SET deadlock_timeout = '2s'`,
    );
    ledger = scenario.openLedger();
    const [first, second] = [await ledger.newSku(10), await ledger.newSku(10)];
    const lock = await scenario.lock(second);
    await lock.client.query(`SET deadlock_timeout = '10s'`); // so the ledger is the victim

    const answer = ledger.submit(reserve([line(second), line(first)]));
    await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
    await lock.client.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [first]);
    await lock.unlock();

    expect(codeOf(await answer)).toBe('ok');
    expect(ledger.failures).toEqual(['conflict']);
    expect(await scenario.counters(first)).toEqual([10, 1, 0]);
  });

  test('a connection that is killed in the middle of a batch is replaced, and the batch is done once', async () => {
    jest.replaceProperty(limits, 'overlapCommandsMin', 1);
    const sku = await ledger.newSku(100);
    const lock = await scenario.lock(sku);
    const calls = together(30, (number) => ledger.submit(reserve([line(sku)]), keyed(`${sku} ${number}`)));
    await eventually(async () => (await scenario.waitingForLock(ledger)) === 2);

    const killed = await scenario.kill(ledger);
    await lock.unlock();

    expect(killed).toBeGreaterThanOrEqual(2);
    expect(count(endings(await calls), 'ok')).toBe(30);
    expect(ledger.failures).toContain('connection');
    expect(await scenario.counters(sku)).toEqual([100, 30, 0]);
  });

  test('every verb survives its connection', async () => {
    const sku = await ledger.newSku(10);
    const [one, two] = [(await ledger.hold(sku)).id, (await ledger.hold(sku)).id];
    for (const command of [confirm(one), release(two), setStock(sku, 7)]) {
      await scenario.kill(ledger);
      expect(codeOf(await ledger.submit(command))).toBe('ok');
    }
    expect(await scenario.counters(sku)).toEqual([7, 0, 1]);
  });
});

describe('while the database is away', () => {
  test('callers get that error, and nothing was done', async () => {
    const url = new URL(scenario.url);
    url.port = String(await freePort());
    const away = scenario.openLedger(url.href);
    const ended = endings(await together(5, () => away.submit(reserve([line('MUG')]), keyed(newId()))));
    expect(count(ended, 'LedgerUnavailable')).toBe(5);
    expect(new Set(away.failures)).toEqual(new Set(['unreachable']));
    await expect(away.submit(reserve([line('MUG')]))).rejects.toThrow(LedgerUnavailable);
  });

  test('a key that got no answer is free', async () => {
    const url = new URL(scenario.url);
    url.port = String(await freePort());
    const sku = await ledger.newSku(1);
    await expect(scenario.openLedger(url.href).submit(reserve([line(sku)]), keyed(sku))).rejects.toThrow(
      LedgerUnavailable,
    );
    expect(await ledger.submit(reserve([line(sku)]), keyed(sku))).toMatchObject({ replayed: false });
    expect(levelIn(await ledger.submit(setStock(sku, 1)))).toMatchObject({ reserved: 1 });
  });
});

/** A text that does not compress: an index row has room for some 2,700 bytes. */
function noise(length: number): string {
  let text = '';
  while (text.length < length) text += newId();
  return text;
}
