import { eventually, together } from '@holdfast/testing';
import { codeOf, line, reserve } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger, limits, waitLongForLocks } from './fixtures/ledger-scenario.ts';
import { LEDGER_LIMITS } from './limits.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;

waitLongForLocks();
beforeEach(() => {
  ledger = scenario.openLedger();
});

test('when many wait, a second batch goes beside the first', async () => {
  jest.replaceProperty(limits, 'overlapAfterMs', 60_000);
  const [sku, other] = [await ledger.newSku(1_000), await ledger.newSku(1_000)];
  const lock = await scenario.lock(sku);
  const first = ledger.submit(reserve([line(sku)]));
  const { overlapCommandsMin } = LEDGER_LIMITS;
  const few = together(overlapCommandsMin - 1, () => ledger.submit(reserve([line(other)])));
  await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
  expect(ledger.pending).toBe(overlapCommandsMin - 1);
  await Promise.all([few, ledger.submit(reserve([line(other)]))]);
  await lock.unlock();
  expect(codeOf(await first)).toBe('ok');
});

test('who comes while a batch waits long for a lock goes past it', async () => {
  const [sku, other] = [await ledger.newSku(10), await ledger.newSku(1_000)];
  const lock = await scenario.lock(sku);
  const first = ledger.submit(reserve([line(sku)]));
  for (let times = 1; times <= 3; times += 1) {
    expect(codeOf(await ledger.submit(reserve([line(other)])))).toBe('ok');
  }
  expect(await scenario.waitingForLock(ledger)).toBe(1);
  await lock.unlock();
  expect(codeOf(await first)).toBe('ok');
});
