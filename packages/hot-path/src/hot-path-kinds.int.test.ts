import { adjustment, adjustStock, codeOf, release } from '@holdfast/testing/vocabulary';
import { eventually, ofSuite } from '@holdfast/testing';
import { startCluster, startSentinel } from '../../../tests/redis-topologies.ts';
import { openScenario } from './fixtures/hot-path-scenario.ts';
import { HOT_PATH_LIMITS } from './limits.ts';

/** @alone It starts eleven servers. */
beforeAll(() => {
  jest.replaceProperty(HOT_PATH_LIMITS, 'afterLossMs', 1_000);
  jest.replaceProperty(HOT_PATH_LIMITS, 'closedMs', 3_000);
  jest.replaceProperty(HOT_PATH_LIMITS, 'closedMinMs', 1_500);
  jest.replaceProperty(HOT_PATH_LIMITS, 'answerMs', 1_000);
});
afterAll(() => jest.restoreAllMocks());

describe.each([
  ['Sentinel', startSentinel],
  ['Cluster', startCluster],
])('with a %s', (_kind, start) => {
  const scenario = ofSuite(openScenario);
  const topology = ofSuite(start);

  test('a sold-out SKU is refused ahead, and again after a fail-over, and no unit is overlooked', async () => {
    const api = await scenario.open({ redisUrl: topology.url });
    const other = await scenario.open({ redisUrl: topology.url });
    const sku = await scenario.newSku(api, 1);
    const first = await api.ask(sku);
    const id = first.outcome.ok && 'reservation' in first.outcome ? first.outcome.reservation.id : '';
    const untilRefusedAhead = () =>
      eventually(async () => {
        const before = other.refused.length;
        expect(codeOf(await other.ask(sku))).toBe('insufficient_stock');
        return other.refused.length > before;
      });
    await untilRefusedAhead();
    await api.ledger.submit(release(id));
    expect(codeOf(await other.ask(sku))).toBe('ok');
    await untilRefusedAhead();

    await topology.loseMasterOf(api.keyInRedis(), 'SIGKILL');
    for (let units = 0; units < 3; units += 1) {
      await api.ledger.submit(adjustStock(adjustment(sku, 1)));
      expect(codeOf(await other.ask(sku))).toBe('ok');
      expect(codeOf(await other.ask(sku))).toBe('insufficient_stock');
    }
    await untilRefusedAhead();
    await api.ledger.submit(adjustStock(adjustment(sku, 1)));
    expect(codeOf(await other.ask(sku))).toBe('ok');
  });
});
