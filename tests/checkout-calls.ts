import { z } from 'zod';
import type { Call } from './open-loop.ts';

/**
 * Of 10 calls 3 reserve, 1 confirms and 6 read, and one hold of 18 is given up after 2 seconds: at 300 calls a second the
 * warehouse is notified of 35 reservations a second, of the 50 or more that it can take.
 */
const TURNS = ['reserve', 'read', 'read', 'reserve', 'read', 'read', 'reserve', 'read', 'confirm', 'read'];
const GIVEN_UP_EVERY = 60;
const GIVEN_UP_TTL_SECONDS = 2;

const reservation = z.object({ id: z.string() });

/** The calls of many checkouts, one after the other, and what was promised in the answers. */
export function checkoutCallsOf(skus: readonly string[]) {
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
      wants: 201,
      onAnswer: (body) => void (isGivenUp ? givenUp : held).push(reservation.parse(body).id),
    };
  };
  const confirm = (id: string): Call => ({
    method: 'POST',
    path: `/v1/reservations/${id}/confirm`,
    wants: 200,
    onAnswer: () => void confirmed.push(id),
  });
  const read = (number: number): Call => {
    const id = held.at(-1);
    const path = id === undefined ? `/v1/items/${skuOf(number)}/availability` : `/v1/reservations/${id}`;
    return { method: 'GET', path, wants: 200 };
  };
  return {
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
