import { eventually } from '@holdfast/testing';
import { codeOf, line, reserve } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;

beforeEach(() => {
  ledger = scenario.openLedger();
});

describe('a row that several processes need at the same time', () => {
  test('makes batches wait in turn: no command is blocked', async () => {
    const sku = await ledger.newSku(100_000);
    const rival = scenario.openLedger();
    await Promise.all(
      [ledger, rival].flatMap((each) =>
        Array.from({ length: 40 }, async () => {
          for (let times = 0; times < 15; times += 1) {
            expect(codeOf(await each.submit(reserve([line(sku)])))).toBe('ok');
          }
        }),
      ),
    );
    expect(await scenario.counters(sku)).toEqual([100_000, 1_200, 0]);
    expect(ledger.counted.blocked + rival.counted.blocked).toBe(0);
  });

  test('makes a batch wait for a long one of another process, as long as that is active', async () => {
    const sku = await ledger.newSku(10);
    const lock = await scenario.lock(sku);
    await lock.client.query(`SET application_name = 'the ledger of another process'`);
    const working = lock.client.query('SELECT pg_sleep(0.8)');
    const answer = ledger.submit(reserve([line(sku)]));
    await eventually(() => ledger.failures.includes('locked'));
    await working;
    await lock.unlock();
    expect(codeOf(await answer)).toBe('ok');
    expect(ledger.counted.blocked).toBe(0);
  });

  test('does not make a batch wait for a process that is frozen in the middle of its batch', async () => {
    const sku = await ledger.newSku(10);
    const lock = await scenario.lock(sku);
    await lock.client.query(`SET application_name = 'the ledger of another process'`);
    await eventually(() =>
      scenario
        .rows(
          `pg_stat_activity WHERE application_name = 'the ledger of another process'
      AND state_change < clock_timestamp() - interval '500 ms'`,
        )
        .then(Boolean),
    );
    const answer = ledger.submit(reserve([line(sku)]));
    await eventually(() => ledger.blocked === 1);
    expect(ledger.failures).toEqual(['locked']);
    await lock.unlock();
    expect(codeOf(await answer)).toBe('ok');
  });
});

describe('while another session keeps a lock on', () => {
  test('a level: a command whose caller has disconnected is dropped', async () => {
    const sku = await ledger.newSku(10);
    const lock = await scenario.lock(sku);
    const caller = { aborted: false };
    const call = ledger
      .submit(reserve([line(sku)]), null, { signal: caller })
      .catch((error: Error) => error.name);
    await eventually(() => ledger.blocked === 1);
    caller.aborted = true;
    expect(await call).toBe('CallerGone');
    await lock.unlock();
  });
});
