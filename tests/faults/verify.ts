import { checkLedgerInvariants, eventually, type Reservation } from '@holdfast/testing';
import type { Fleet } from '../fleet.ts';
import { allReservations } from '../rebuilt-from-events.ts';
import type { Findings } from './findings.ts';
import { expiredFrom, type Owned } from './owned.ts';
import type { Records } from './random-client.ts';
import { feedIsComplete, gatewayHasEachOnce } from './verify-outside.ts';

/** Holds every acknowledgement of a round against what the database has, when all is quiet. */
export async function verify(fleet: Fleet, records: Records, findings: Findings): Promise<void> {
  await dueHoldsEnd(fleet, findings);
  const stored = await allReservations(fleet.client);
  for (const owned of records.owned) isAsAcknowledged(stored.get(owned.id), owned, findings);
  await ordersHaveOneEffect(fleet, records, findings);
  await keysHaveOneOutcome(fleet, records, findings);
  await fulfillmentsCountOnce(fleet, records, findings);
  await gatewayHasEachOnce(fleet, records, findings);
  await feedIsComplete(fleet, stored, findings);
  for (const violation of await checkLedgerInvariants(fleet.databaseUrl)) findings.violate(violation);
  findings.checks += 1;
  await isConsistent(fleet, findings);
}

async function dueHoldsEnd(fleet: Fleet, findings: Findings): Promise<void> {
  const held = async () =>
    (await fleet.query<{ id: string }>(`SELECT id FROM reservations WHERE status = 'held'`)).length;
  const isOver = await eventually(async () => (await held()) === 0).catch(() => false);
  const left = await held();
  findings.check(isOver, () => `${left} holds are still held though their time is over and a worker runs`);
}

function isAsAcknowledged(stored: object | undefined, { last }: Owned, findings: Findings): void {
  const expected = last.status === 'held' ? expiredFrom(last) : last;
  const found = stored as Reservation | undefined;
  findings.check(
    found !== undefined && JSON.stringify(essentials(found)) === JSON.stringify(essentials(expected)),
    () => `acknowledged: ${JSON.stringify(expected)}, but found: ${JSON.stringify(found)}`,
  );
}

function essentials({ id, status, order_id, extensions, version, payment_reference, lines }: Reservation) {
  return { id, status, order_id, extensions, version, payment_reference, lines };
}

/** Each call had its own order, so an effect that happened twice, or although it was refused, is found. */
async function ordersHaveOneEffect(fleet: Fleet, records: Records, findings: Findings): Promise<void> {
  const rows = await fleet.query<{ order_id: string; count: number }>(
    'SELECT order_id, count(*)::integer FROM reservations GROUP BY order_id',
  );
  const found = new Map(rows.map(({ order_id, count }) => [order_id, count]));
  for (const { last } of records.owned) {
    const count = found.get(last.order_id ?? '') ?? 0;
    findings.check(count === 1, () => `order ${last.order_id} has ${count} reservations`);
  }
  for (const order of records.refused) {
    findings.check(!found.has(order), () => `order ${order} was refused, and has a reservation`);
  }
  const known = new Set(records.owned.map(({ last }) => last.order_id));
  for (const order of found.keys()) {
    findings.check(known.has(order), () => `order ${order} has a reservation that no answer acknowledged`);
  }
}

/** Every reservation was made by a call with a key, so the outcome of some key names it; and each key has the outcome that was answered. */
async function keysHaveOneOutcome(fleet: Fleet, records: Records, findings: Findings): Promise<void> {
  const rows = await fleet.query<{ key: string; outcome: KeptOutcome }>(`
    SELECT key, CASE WHEN events.id IS NULL THEN outcome ELSE json_build_object('ok', true, 'reservation', data) END AS outcome
    FROM idempotency_keys
    LEFT JOIN events ON events.id = (outcome ->> 'event')::uuid`);
  const made = new Set(rows.flatMap(({ outcome }) => reservationsIn(outcome)));
  for (const { id } of await fleet.query<{ id: string }>('SELECT id FROM reservations')) {
    findings.check(made.has(id), () => `reservation ${id} is of no key's outcome`);
  }
  const kept = new Map(rows.map(({ key, outcome }) => [key, outcome]));
  for (const [key, { status, body }] of records.keys) {
    const outcome = kept.get(key);
    const { id } = body as { id?: string };
    findings.check(
      outcome !== undefined &&
        outcome.ok === status < 300 &&
        (id === undefined || reservationsIn(outcome).includes(id)),
      () => `key ${key} was answered ${status} ${JSON.stringify(body)}, but has ${JSON.stringify(outcome)}`,
    );
  }
}

interface KeptOutcome {
  readonly ok: boolean;
  readonly reservation?: { readonly id: string };
  readonly outcomes?: readonly KeptOutcome[];
}

const reservationsIn = ({ reservation, outcomes = [] }: KeptOutcome): string[] => [
  ...(reservation ? [reservation.id] : []),
  ...outcomes.flatMap(reservationsIn),
];

async function fulfillmentsCountOnce(fleet: Fleet, records: Records, findings: Findings): Promise<void> {
  const rows = await fleet.query<{ name: string }>(
    `SELECT reservation_id || ' ' || part_id AS name FROM reservation_parts WHERE kind = 'fulfillment'`,
  );
  const acknowledged = records.owned.flatMap(({ id, fulfillmentIds }) =>
    fulfillmentIds.map((each) => `${id} ${each}`),
  );
  const found = rows.map(({ name }) => name);
  findings.check(
    JSON.stringify(found.toSorted()) === JSON.stringify(acknowledged.toSorted()),
    () => `fulfillments: ${found.length} are there, ${acknowledged.length} were acknowledged`,
  );
}

async function isConsistent(fleet: Fleet, findings: Findings): Promise<void> {
  const response = await fetch(`${fleet.client.baseUrl}/v1/inventory/consistency`);
  const body = (await response.json()) as { is_consistent: boolean };
  findings.check(response.status === 200 && body.is_consistent, () => JSON.stringify(body));
}
