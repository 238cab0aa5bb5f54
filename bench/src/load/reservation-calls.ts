/** The hot calls, as loads. Calls of single reservations need holds that earlier creates have left. */
import { withSession } from '@holdfast/testing';
import { skuNames } from '../api-calls.ts';
import type { BenchDatabase } from '../bench-database.ts';
import type { Testbed } from '../testbed.ts';
import { closedLoop } from './load-figures.ts';
import { keyed, mixedSku, type Load } from './loads.ts';

/** A load that depends on what is in the database when it begins. */
export interface Call {
  readonly name: string;
  readonly loadOn: (database: BenchDatabase) => Promise<Load>;
}

/** More than a load of some seconds asks for. */
const HOLDS_MAX = 60_000;
const READ_MAX = 1_000;
const PREPARE_SECONDS = 5;

/** Leaves holds for the calls that come first in a round. */
export const prepareHolds = (testbed: Testbed, apiUrl: string, connections: number): Promise<unknown> =>
  testbed.generator.run(closedLoop(keyed, apiUrl, connections, PREPARE_SECONDS));

export const sameOnAll = (load: Load): Call => ({ name: load.name, loadOn: () => Promise.resolve(load) });

const verb = (name: string, path: string): Call => ({
  name,
  async loadOn(database) {
    const lines = (await heldIds(database, HOLDS_MAX)).map((id) => `POST /v1/reservations/${id}/${path}`);
    return { name, lines, bodies: ['{}'], keyed: false, once: true, expect: { status: 200 } };
  },
});

const reads = (name: string, paths: readonly string[]): Load => ({
  name,
  bodies: [],
  lines: paths.map((path) => `GET ${path}`),
  keyed: false,
  expect: { status: 200 },
});

export const confirms = verb('Confirm', 'confirm');
export const releases = verb('Release', 'release');

const READ_ONE = 'Read one reservation';
export const readsOfOne: Call = {
  name: READ_ONE,
  async loadOn(database) {
    const ids = await heldIds(database, READ_MAX);
    return reads(
      READ_ONE,
      ids.map((id) => `/v1/reservations/${id}`),
    );
  },
};

const availability = (sku: string): string => `/v1/items/${sku}/availability`;

export const availabilityOfSkus = reads(
  'Availability of one SKU, 1,000 SKUs',
  skuNames.map((_, n) => availability(mixedSku(n))),
);
export const availabilityOfHotSku = reads('Availability of one SKU, one hot SKU', [
  availability(mixedSku(0)),
]);

/** @throws {Error} when no hold is left */
const heldIds = ({ url }: BenchDatabase, max: number): Promise<readonly string[]> =>
  withSession(url, async (session) => {
    const { rows } = await session.query<{ id: string }>(
      `SELECT id FROM reservations WHERE status = 'held' LIMIT ${max}`,
    );
    if (rows.length === 0) throw new Error('no hold is left: take fewer --seconds');
    return rows.map(({ id }) => id);
  });
