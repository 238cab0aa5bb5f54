import { reservationAnswer } from '@holdfast/contract';
import {
  apiCalls,
  checkLedgerInvariants,
  ofSuite,
  openScenarioDatabase,
  type Reservation,
} from '@holdfast/testing';
import { startApi, type Reply, type TestApi } from './start-api.ts';

type Env = Readonly<Record<string, string>>;

/** A database, and an API on it, whose calls are those of the scenario. */
export type ApiScenario = Awaited<ReturnType<typeof openScenario>>;

/** There is no worker: due holds are expired by the calls that meet them. */
export async function openScenario(env: Env = {}) {
  const database = await openScenarioDatabase();
  const apis: TestApi[] = [];
  /** As another process would be: with its own ledger, its own connections. */
  const openApi = async (more: Env = {}): Promise<TestApi> => {
    const opened = await startApi({ DATABASE_URL: database.url, ...env, ...more });
    apis.push(opened);
    return opened;
  };
  const api = await openApi();
  await api.call('put', '/v1/locations/WEST', { priority: 9 });
  await api.call('put', '/v1/locations/EAST', { priority: 1 });
  let skus = 0;

  return {
    ...database,
    ...apiCalls(api.call),
    api,
    openApi,

    /** A SKU that no other test uses, with so many units in EAST, or at each location. */
    async newSku(onHand: number | Readonly<Record<string, number>> = {}): Promise<string> {
      skus += 1;
      const sku = `SKU-${skus}`;
      await api.call('put', `/v1/skus/${sku}`, {});
      const levels = typeof onHand === 'number' ? { EAST: onHand } : onHand;
      for (const [location, units] of Object.entries(levels)) await api.setStock(sku, units, location);
      return sku;
    },
    /** @throws when an invariant of the ledger is broken */
    async close(): Promise<void> {
      expect(await checkLedgerInvariants(database.url)).toEqual([]);
      for (const opened of apis) await opened.close();
      await database.close();
    },
  };
}

export const scenarioOfSuite = (env?: Env): ApiScenario => ofSuite(() => openScenario(env));

/** @throws when it is no reservation */
export const parsed = ({ body }: Reply): Reservation => reservationAnswer.parse(body);

/** What a refused call answers, for `toMatchObject`. */
export const refused = (status: number, code: string, more: object = {}) => ({
  status,
  body: { code, ...more },
});

export const isReplay = ({ headers }: Reply): boolean => headers['idempotent-replayed'] === 'true';

/** The answers of many calls. @throws when one of them got none */
export const repliesOf = (settled: readonly PromiseSettledResult<Reply>[]): readonly Reply[] =>
  settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
