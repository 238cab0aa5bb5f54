import { z } from 'zod';
import { checkLedgerInvariants, eventually } from '@holdfast/testing';
import type { Fleet } from './fleet.ts';
import type { Call } from './open-loop.ts';

/**
 * 3 of 10 calls reserve, 1 confirms and 6 read, and one hold of 18 is given up after 2 seconds. So at 300 calls a
 * second, the warehouse gets 35 calls a second of the 50 or more that it can take.
 */
const TURNS = ['reserve', 'read', 'read', 'reserve', 'read', 'read', 'reserve', 'read', 'confirm', 'read'];
const GIVEN_UP_EVERY = 60;
const GIVEN_UP_TTL_SECONDS = 2;

const reservation = z.object({ id: z.string() });

export type CheckoutCalls = ReturnType<typeof checkoutCallsOf>;

/** The calls of many checkouts, one after the other, and what was promised in the answers. */
export function checkoutCallsOf(skus: readonly string[]) {
  const reserved: string[] = [];
  const held: string[] = [];
  const confirmed: string[] = [];
  const givenUp: string[] = [];
  const skuOf = (number: number) => skus[number % skus.length] ?? '';

  const reserve = (number: number): Call => {
    const isGivenUp = number % GIVEN_UP_EVERY === 0;
    const ttl = isGivenUp ? { ttl_seconds: GIVEN_UP_TTL_SECONDS } : {};
    return {
      method: 'POST',
      path: '/v1/reservations',
      body: { lines: [{ sku: skuOf(number), quantity: 1 }], ...ttl },
      idempotencyKey: `reserve-${number}`,
      wants: 201,
      onAnswer: (body) => {
        const { id } = reservation.parse(body);
        reserved.push(id);
        (isGivenUp ? givenUp : held).push(id);
      },
    };
  };
  const confirm = (id: string): Call => ({
    method: 'POST',
    path: `/v1/reservations/${id}/confirm`,
    idempotencyKey: `confirm-${id}`,
    wants: 200,
    onAnswer: () => void confirmed.push(id),
  });
  const read = (number: number): Call => {
    const id = held.at(-1);
    const path = id === undefined ? `/v1/items/${skuOf(number)}/availability` : `/v1/reservations/${id}`;
    return { method: 'GET', path, wants: 200 };
  };
  return {
    /** Ids of all that was reserved. */
    reserved: reserved as readonly string[],
    /** Ids of reservations whose confirm was answered with 200. */
    confirmed: confirmed as readonly string[],
    /** Ids of holds that are never confirmed. */
    givenUp: givenUp as readonly string[],
    call: (number: number): Call => {
      const turn = TURNS[number % TURNS.length];
      const oldest = turn === 'confirm' ? held.shift() : undefined;
      if (oldest !== undefined) return confirm(oldest);
      return turn === 'reserve' ? reserve(number) : read(number);
    },
  };
}

/** What was answered is stored, once; holds have expired, the warehouse was notified once of each, and all events have places. */
export async function expectAllDone(
  fleet: Fleet,
  { reserved, confirmed, givenUp }: CheckoutCalls,
): Promise<void> {
  await eventually(async () => {
    const open = `SELECT id, action, state FROM warehouse_syncs WHERE state <> 'succeeded'`;
    expect(await fleet.query(open)).toEqual([]);
    const alive = `SELECT id, status FROM reservations WHERE id = ANY ($1) AND status <> 'expired'`;
    expect(await fleet.query(alive, [givenUp])).toEqual([]);
    expect(await fleet.query('SELECT FROM event_notes')).toEqual([]);
  });
  const stored = await fleet.query<{ id: string; status: string }>('SELECT id, status FROM reservations');
  expect(stored.map(({ id }) => id).toSorted()).toEqual(reserved.toSorted());
  const paid = stored.filter(({ status }) => status === 'confirmed').map(({ id }) => id);
  expect(paid.toSorted()).toEqual(confirmed.toSorted());
  expect(await timesNotified(fleet, [...confirmed, ...givenUp])).toEqual(new Set([1]));
  expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
}

/** How many keys the warehouse has seen for each of these reservations. */
async function timesNotified(fleet: Fleet, ids: readonly string[]): Promise<Set<number>> {
  const { requests } = await fleet.warehouse.report();
  const keys = new Map(ids.map((id) => [id, new Set<string>()]));
  for (const { body, idempotency_key: key } of requests) keys.get(body.reservation_id)?.add(key);
  return new Set([...keys.values()].map(({ size }) => size));
}
