import { isDeepStrictEqual } from 'node:util';
import { eventually } from '@holdfast/testing';
import { readFeed } from '../event-consumers.ts';
import type { Fleet } from '../fleet.ts';
import { type Counters, countersFrom, reservationsFrom, versionsOf } from '../rebuilt-from-events.ts';
import type { Findings } from './findings.ts';
import type { Records } from './random-client.ts';

interface Sync {
  readonly id: string;
  readonly reservation_id: string;
  readonly action: string;
  readonly state: string;
}

/** The gateway has every confirmed order once by key, and no key that the database does not have. */
export async function gatewayHasEachOnce(fleet: Fleet, records: Records, findings: Findings): Promise<void> {
  const unfinished = () =>
    fleet.query<Sync>(
      `SELECT id, reservation_id, action, state FROM warehouse_syncs WHERE state NOT IN ('succeeded', 'superseded')`,
    );
  await eventually(async () => (await unfinished()).length === 0).catch(() => {});
  const left = await unfinished();
  findings.check(left.length === 0, () => `${left.length} syncs are not done: ${JSON.stringify(left[0])}`);

  const syncs = new Map(
    (await fleet.query<Sync>('SELECT id, reservation_id, action, state FROM warehouse_syncs')).map((sync) => [
      sync.id,
      sync,
    ]),
  );
  const keys = new Map<string, Set<string>>();
  for (const { idempotency_key: key, body, status } of (await fleet.warehouse.report()).requests) {
    const sync = syncs.get(key);
    findings.check(
      sync?.reservation_id === body.reservation_id && sync.action === body.action,
      () => `the gateway was called with key ${key} and ${JSON.stringify(body)}, which is no sync`,
    );
    if (status !== 200) continue;
    const what = `${body.reservation_id} ${body.action}`;
    keys.set(what, (keys.get(what) ?? new Set()).add(key));
  }
  for (const sync of syncs.values()) {
    const taken = keys.get(`${sync.reservation_id} ${sync.action}`)?.has(sync.id) ?? false;
    findings.check(
      taken || sync.state !== 'succeeded',
      () => `the gateway has not taken ${JSON.stringify(sync)}`,
    );
  }
  for (const { last } of records.owned) {
    if (last.status !== 'confirmed') continue;
    const times = keys.get(`${last.id} confirm`)?.size ?? 0;
    findings.check(times === 1, () => `confirmed ${last.id} is at the gateway under ${times} keys`);
  }
}

/**
 * The feed has every event once, in the order of places, and all events of a reservation in the order of its versions. From the
 * feed alone the reservations and counters of the database can be rebuilt.
 */
export async function feedIsComplete(
  fleet: Fleet,
  stored: ReadonlyMap<string, object>,
  findings: Findings,
): Promise<void> {
  const isPlaced = async () => (await fleet.query('SELECT FROM event_notes')).length === 0;
  await eventually(isPlaced).catch(() => findings.violate('some events get no place in the feed'));
  const feed = await readFeed(fleet.client.baseUrl);
  const rows = await fleet.query<{ id: string }>(
    'SELECT event_id AS id FROM event_positions JOIN events ON id = event_id ORDER BY position',
  );
  const [inFeed, inDatabase] = [feed.map(({ id }) => id), rows.map(({ id }) => id)];
  findings.check(
    JSON.stringify(inFeed) === JSON.stringify(inDatabase),
    () => `the feed has ${inFeed.length} events, the database ${inDatabase.length}, or in another order`,
  );
  const versions = versionsOf(feed);
  for (const [id, reservation] of stored) {
    const published = [...new Set(versions.get(id))];
    const expected = Array.from({ length: (reservation as { version: number }).version }, (_, at) => at + 1);
    findings.check(
      JSON.stringify(published) === JSON.stringify(expected),
      () => `events of ${id} have its versions ${published.join(', ')}, of ${expected.length}`,
    );
  }
  const rebuilt = reservationsFrom(feed);
  for (const [id, reservation] of stored) {
    findings.check(
      isDeepStrictEqual(rebuilt.get(id), reservation),
      () => `from events: ${JSON.stringify(rebuilt.get(id))}, but stored: ${JSON.stringify(reservation)}`,
    );
  }
  await countersAreRebuilt(fleet, countersFrom(feed), findings);
}

/** Without `on_hand`: stock counts change it too, and are no events of a reservation. */
async function countersAreRebuilt(
  fleet: Fleet,
  rebuilt: ReadonlyMap<string, Counters>,
  findings: Findings,
): Promise<void> {
  const levels = await fleet.query<{ level: string; reserved: number; allocated: number }>(
    `SELECT sku || ' ' || location AS level, reserved, allocated FROM stock_levels`,
  );
  for (const { level, reserved, allocated } of levels) {
    const published = rebuilt.get(level) ?? { reserved: 0, allocated: 0 };
    findings.check(
      published.reserved === reserved && published.allocated === allocated,
      () =>
        `${level} has ${reserved} reserved and ${allocated} allocated, by its events ${JSON.stringify(published)}`,
    );
  }
}
