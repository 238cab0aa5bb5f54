import { reservationsAsJson, sql, type Transaction } from '@holdfast/db';
import type { Fulfillment, Reservation, Snapshot } from '@holdfast/domain';
import { contextOf, type Context } from './context.ts';
import { readAudits } from './audit.ts';
import { commandsOf, type Entry } from './entry.ts';
import type { Found } from './lock.ts';

/** All that a decision needs, read after the locks are held. */
export interface Reading extends Pick<Context, 'now' | 'transactionId' | 'knownKeys'> {
  readonly snapshot: Snapshot;
}

/** Reads what belongs to reservations, where there are any: a statement of its own, after the locking ones. */
export async function readFor(tx: Transaction, entries: readonly Entry[], found: Found): Promise<Reading> {
  const { reservationIds, context } = found;
  const audits = await readAudits(tx, commandsOf(entries));
  if (context && reservationIds.length === 0) return readingOf(context, { ...found, audits });
  const fulfillments = fulfillmentsNamedBy(entries, found);
  const [row] = await tx.$queryRaw<
    { context: Context; reservations: Reservation[]; fulfillments: Fulfillment[] }[]
  >`
    SELECT
      ${contextOf(entries)} AS context,
      ${reservationsAsJson(reservationIds)} AS reservations,
      ${fulfillments.length > 0 ? knownFulfillments(fulfillments) : sql`'[]'::json`} AS fulfillments`;
  if (!row) throw new Error('the read statement answered nothing');
  return readingOf(row.context, { ...found, audits, ...row });
}

function readingOf(
  { now, transactionId, knownKeys, skus, locations }: Context,
  {
    levels,
    orders,
    imports,
    audits,
    reservations = [],
    fulfillments = [],
  }: Pick<Snapshot, 'levels' | 'orders' | 'imports' | 'audits'> & Partial<Snapshot>,
): Reading {
  return {
    snapshot: { skus, locations, levels, orders, imports, audits, reservations, fulfillments },
    now,
    transactionId,
    knownKeys,
  };
}

function fulfillmentsNamedBy(
  entries: readonly Entry[],
  { orders, reservationsOfOrders }: Found,
): Omit<Fulfillment, 'parts'>[] {
  const commands = commandsOf(entries);
  const ofOrders = [
    ...commands.filter((command) => command.kind === 'order-fulfilled'),
    ...orders.flatMap(({ orderId, fulfillments }) => fulfillments.map((each) => ({ ...each, orderId }))),
  ];
  return [
    ...commands.flatMap((command) =>
      command.kind === 'fulfill' && command.fulfillmentId !== null
        ? [{ reservationId: command.reservationId, fulfillmentId: command.fulfillmentId }]
        : [],
    ),
    // Which of the order's reservations is meant is found out later.
    ...ofOrders.flatMap(({ orderId, fulfillmentId }) =>
      reservationsOfOrders
        .filter((each) => each.orderId === orderId)
        .map(({ id }) => ({ reservationId: id, fulfillmentId })),
    ),
  ];
}

function knownFulfillments(asked: readonly Omit<Fulfillment, 'parts'>[]) {
  return sql`(
        SELECT coalesce(json_agg(json_build_object(
          'reservationId', known.reservation_id,
          'fulfillmentId', known.fulfillment_id,
          'parts', known.parts
        )), '[]')
        FROM json_to_recordset(${JSON.stringify(asked)}::json) AS asked ("reservationId" uuid, "fulfillmentId" text)
        JOIN reservation_fulfillments known
          ON known.reservation_id = asked."reservationId"
          AND known.fulfillment_id = asked."fulfillmentId"
      )`;
}
