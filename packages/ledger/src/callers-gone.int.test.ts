import { eventually, together, type ForeignLock } from '@holdfast/testing';
import { codeOf, confirm, line, reserve } from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  keyed,
  reservationIn,
  scenarioOfSuite,
  type WatchedLedger,
  limits,
  waitLongForLocks,
} from './fixtures/ledger-scenario.ts';
import { CallerGone } from './index.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let sku: string;
let lock: ForeignLock;
/** What is in the two batches that wait for the lock; everything that is submitted after it stays pending. */
let first: Promise<unknown>;

waitLongForLocks();
beforeEach(async () => {
  ledger = scenario.openLedger();
  sku = await ledger.newSku(100);
  lock = await scenario.lock(sku);
  jest.replaceProperty(limits, 'overlapCommandsMin', 1);
  first = together(limits.batchesInFlightMax, () => ledger.submit(reserve([line(sku)])));
  await eventually(async () => (await scenario.waitingForLock(ledger)) === limits.batchesInFlightMax);
});

/** A caller that disconnects on request. */
const submit = (quantity: number, key?: string, caller = new AbortController()) => {
  const answer = ledger.submit(reserve([line(sku, quantity)]), key === undefined ? null : keyed(key), {
    signal: caller.signal,
  });
  answer.catch(() => undefined); // looked at later
  return { answer, leave: () => caller.abort() };
};
const unlock = async () => {
  await lock.unlock();
  await first;
};
const keysKept = (key: string) => scenario.rows('idempotency_keys WHERE key = $1', [key]);

describe('a command that waits, and whose caller has gone', () => {
  test('is dropped: nothing is written, and it is counted', async () => {
    const [gone, stays] = [submit(10, `${sku} gone`), submit(3)];
    gone.leave();
    await unlock();

    await expect(gone.answer).rejects.toThrow(CallerGone);
    expect(codeOf(await stays.answer)).toBe('ok');
    expect(ledger.counted.gone).toBe(1);
    expect(await scenario.counters(sku)).toEqual([100, 5, 0]);
    expect(await keysKept(`${sku} gone`)).toBe(0);
  });

  test('is dropped also when all that wait have gone; the ledger goes on', async () => {
    const gone = [submit(10), submit(10), submit(10)];
    for (const { leave } of gone) leave();
    await unlock();

    expect(count(endings(await Promise.allSettled(gone.map(({ answer }) => answer))), 'CallerGone')).toBe(3);
    expect([ledger.counted.gone, ledger.pending]).toEqual([3, 0]);
    expect(codeOf(await ledger.submit(reserve([line(sku)])))).toBe('ok');
    expect(await scenario.counters(sku)).toEqual([100, 3, 0]);
  });

  test('leaves its key free for the next call', async () => {
    const gone = submit(10, sku);
    gone.leave();
    await unlock();
    await expect(gone.answer).rejects.toThrow(CallerGone);
    expect(await ledger.submit(reserve([line(sku, 4)]), keyed(sku, 'another request'))).toMatchObject({
      outcome: { ok: true },
      replayed: false,
    });
    expect(await scenario.counters(sku)).toEqual([100, 6, 0]);
  });

  test('does not keep a stopping ledger', async () => {
    const [gone, stays] = [submit(10), submit(3)];
    gone.leave();
    const closed = ledger.close();
    await unlock();
    await closed;
    await expect(gone.answer).rejects.toThrow(CallerGone);
    expect(codeOf(await stays.answer)).toBe('ok');
  });
});

describe('a command that waits, and of whose callers one has gone', () => {
  test.each([
    ['the one who came first', 0],
    ['the one who joined', 1],
  ])('%s: is done for the other', async (_who, leaves) => {
    const callers = [submit(10, sku), submit(10, sku)];
    callers[leaves]?.leave();
    await unlock();

    const [one, two] = await Promise.all(callers.map(({ answer }) => answer));
    expect([one?.replayed, two?.replayed]).toEqual([false, true]);
    expect(one?.outcome).toEqual(two?.outcome);
    expect(ledger.counted.gone).toBe(0);
    expect(await scenario.counters(sku)).toEqual([100, 12, 0]);
  });

  test('is dropped when the other goes too', async () => {
    const callers = [submit(10, sku), submit(10, sku)];
    for (const { leave } of callers) leave();
    await unlock();
    const ended = endings(await Promise.allSettled(callers.map(({ answer }) => answer)));
    expect([count(ended, 'CallerGone'), ledger.counted.gone]).toEqual([2, 1]);
    expect(await scenario.counters(sku)).toEqual([100, 2, 0]);
  });

  test('is done for one who does not say who it is', async () => {
    const gone = submit(10, sku);
    const stays = ledger.submit(reserve([line(sku, 10)]), keyed(sku));
    gone.leave();
    await unlock();
    expect([codeOf(await stays), (await stays).replayed]).toEqual(['ok', true]);
  });
});

describe('a command that is in its batch already', () => {
  test('is done, though its caller has gone; its key has the outcome', async () => {
    const { id } = reservationIn(await scenario.openLedger().submit(reserve([line(await other())])));
    const free = scenario.openLedger();
    const caller = new AbortController();
    const answer = free.submit(reserve([line(sku, 10)]), keyed(sku), { signal: caller.signal });
    await eventually(async () => (await scenario.waitingForLock(free)) === 1);
    caller.abort();
    expect(codeOf(await free.submit(confirm(id)))).toBe('ok'); // the second batch in flight, past the first
    await unlock();

    expect(codeOf(await answer)).toBe('ok');
    expect(free.counted.gone).toBe(0);
    expect(await scenario.counters(sku)).toEqual([100, 12, 0]);
    expect(await ledger.submit(reserve([line(sku, 10)]), keyed(sku))).toEqual({
      ...(await answer),
      replayed: true,
    });
  });
});

const other = () => scenario.openLedger().newSku(10);
