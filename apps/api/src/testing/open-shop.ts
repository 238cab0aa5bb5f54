import { reservationAnswer } from '@holdfast/contract';
import { checkLedgerInvariants, createTestDatabase } from '@holdfast/testing';
import { Client } from 'pg';
import type { z } from 'zod';
import { availabilityAnswer } from '../schemas/stock.ts';
import { startApi, type Reply, type TestApi } from './start-api.ts';

export type Reservation = z.infer<typeof reservationAnswer>;

/** A database, an API on it, and short names for what tests of reservations ask it again and again. */
export type ApiShop = Awaited<ReturnType<typeof openShop>>;

type Env = Readonly<Record<string, string>>;
type Headers = Readonly<Record<string, string>>;

/** Its locations are NEAR, which gives first, and FAR. There is no worker: nothing sweeps but the calls themselves. */
export async function openShop(env: Env = {}) {
  const database = await createTestDatabase();
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  const apis: TestApi[] = [];
  /** As another process would be: with its own ledger, its own connections. */
  const openApi = async (more: Env = {}): Promise<TestApi> => {
    const opened = await startApi({ DATABASE_URL: database.url, ...env, ...more });
    apis.push(opened);
    return opened;
  };
  const api = await openApi();
  await api.call('put', '/v1/locations/FAR', { priority: 9 });
  await api.call('put', '/v1/locations/NEAR', { priority: 1 });
  let skus = 0;

  const create = (body: object, headers?: Headers, at = api) =>
    at.call('post', '/v1/reservations', body, headers);
  const verb = (id: string, name: string, body?: object, headers?: Headers, at = api) =>
    at.call('post', `/v1/reservations/${id}/${name}`, body, headers);

  return {
    url: database.url,
    api,
    sql,
    openApi,
    create,
    verb,

    /** A SKU of a test's own, with so much at each location. */
    async stock(levels: Readonly<Record<string, number>>): Promise<string> {
      skus += 1;
      const sku = `SKU-${skus}`;
      await api.call('put', `/v1/skus/${sku}`, {});
      for (const [location, on_hand] of Object.entries(levels)) {
        await api.call('put', `/v1/stock-levels/${sku}/${location}`, { on_hand });
      }
      return sku;
    },
    async hold(sku: string, quantity: number, rest: object = {}): Promise<Reservation> {
      return parsed(await create({ lines: [{ sku, quantity }], ...rest }));
    },
    async confirmed(sku: string, quantity: number, rest: object = {}): Promise<Reservation> {
      return parsed(await create({ confirm: true, lines: [{ sku, quantity }], ...rest }));
    },
    async read(id: string): Promise<Reservation> {
      return parsed(await api.call('get', `/v1/reservations/${id}`));
    },
    async counters(sku: string) {
      const { body } = await api.call('get', `/v1/items/${sku}/availability`);
      const { on_hand, reserved, allocated } = availabilityAnswer.parse(body);
      return { on_hand, reserved, allocated };
    },
    /** Ends a hold's time now. */
    async makeDue(id: string): Promise<void> {
      await sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [id]);
    },
    /** How many rows there are. */
    async rows(from: string, values: readonly unknown[] = []): Promise<number> {
      const { rows } = await sql.query<{ count: number }>(`SELECT count(*)::integer FROM ${from}`, [
        ...values,
      ]);
      return rows[0]?.count ?? -1;
    },
    /** Locks a SKU's levels from outside, until let go. */
    async lock(sku: string): Promise<() => Promise<void>> {
      const stranger = new Client({ connectionString: database.url });
      await stranger.connect();
      await stranger.query('BEGIN');
      await stranger.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [sku]);
      return () => stranger.end();
    },
    /** @throws when the books are not right after all that was done */
    async close(): Promise<void> {
      expect(await checkLedgerInvariants(database.url)).toEqual([]);
      for (const opened of apis) await opened.stop();
      await sql.end();
      await database.drop();
    },
  };
}

/** @throws when it is no reservation */
export const parsed = ({ body }: Reply): Reservation => reservationAnswer.parse(body);

/** What a refused call answers, for `toMatchObject`. */
export const refused = (status: number, code: string, more: object = {}) => ({
  status,
  body: { code, ...more },
});

export const withKey = (key: string): Headers => ({ 'Idempotency-Key': key });

export const isReplay = ({ headers }: Reply): boolean => headers['idempotent-replayed'] === 'true';

/** The answers of many calls. @throws when one of them got none */
export const repliesOf = (settled: readonly PromiseSettledResult<Reply>[]): readonly Reply[] =>
  settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
