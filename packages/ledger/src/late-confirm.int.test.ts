import { eventually } from '@holdfast/testing';
import { codeOf, confirm } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;

beforeAll(() => {
  ledger = scenario.openLedger();
});

describe('when all stock is held by holds whose time is over, and no worker has run', () => {
  test('a late confirm with "reacquire" gets the stock that another dead hold still holds', async () => {
    const sku = await ledger.newSku(2);
    const first = await ledger.hold(sku, 1, { ttlSeconds: 0.05 });
    await eventually(() => Date.parse(first.expires_at ?? '') < Date.now());
    // Takes what the first one held, and leaves a hold on all there is.
    const others = await ledger.hold(sku, 2, { ttlSeconds: 0.05 });
    await eventually(() => Date.parse(others.expires_at ?? '') < Date.now());

    const confirmed = await ledger.submit(confirm(first.id, { onExpired: 'reacquire' }));

    expect(codeOf(confirmed)).toBe('ok');
    expect(await scenario.counters(sku)).toEqual([2, 0, 1]);
  });
});
