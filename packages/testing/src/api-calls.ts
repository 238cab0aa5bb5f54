import type { reservationAnswer } from '@holdfast/contract';
import type { z } from 'zod';
import { untilNotOverloaded } from './eventually.ts';
import { EAST } from './vocabulary.ts';

export type Reservation = z.infer<typeof reservationAnswer>;
export type Hold = Reservation & { readonly expires_at: string };

type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete' | 'options';
type Headers = Readonly<Record<string, string>>;

/** One call of an API. An object is sent as JSON; text and bytes are sent as they are. */
export type ApiCall<Answer> = (
  method: Method,
  path: string,
  body?: unknown,
  headers?: Headers,
) => Promise<Answer>;

interface Availability {
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly available: number;
}

export const withKey = (key: string): Headers => ({ 'Idempotency-Key': key });

const pathOfCart = (cartId: string): string => `/v1/carts/${encodeURIComponent(cartId)}/reservation`;

/** @throws with the answer when its status is not the wanted one */
export async function want<Body>(
  status: number,
  asked: Promise<{ readonly status: number; readonly body: Body }>,
): Promise<Body> {
  const answer = await asked;
  if (answer.status === status) return answer.body;
  throw new Error(`wanted ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/**
 * The vocabulary over HTTP. Calls that promise a value throw when they are refused; the others resolve with
 * the answer.
 */
export function apiCalls<Answer extends { readonly status: number; readonly body: unknown }>(
  call: ApiCall<Answer>,
) {
  const create = (body: object, headers?: Headers) => call('post', '/v1/reservations', body, headers);
  /** A hold of one line, answered as it is. */
  const tryHold = (sku: string, quantity = 1, rest: object = {}, headers?: Headers) =>
    create({ lines: [{ sku, quantity }], ...rest }, headers);
  const hold = async (sku: string, quantity = 1, rest: object = {}) =>
    (await want(
      201,
      untilNotOverloaded(() => tryHold(sku, quantity, rest)),
    )) as Hold;
  const verb = (id: string, name: string, body?: object, headers?: Headers) =>
    call('post', `/v1/reservations/${id}/${name}`, body, headers);
  const named = (name: string) => (id: string, body?: object, headers?: Headers) =>
    verb(id, name, body, headers);
  const availability = async (sku: string) =>
    (await want(200, call('get', `/v1/items/${sku}/availability`))) as Availability;
  const setStock = (sku: string, onHand: number, location = EAST, rest: object = {}) =>
    call('put', `/v1/stock-levels/${sku}/${location}`, { on_hand: onHand, ...rest });

  return {
    create,
    tryHold,
    hold,
    /** A reservation that is confirmed from the start. */
    confirmed: (sku: string, quantity = 1, rest: object = {}): Promise<Reservation> =>
      hold(sku, quantity, { confirm: true, ...rest }),
    /** A call whose name the test computes. */
    verb,
    /** What a create of these lines would find. */
    quote: (lines: readonly object[], rest: object = {}) =>
      call('post', '/v1/reservations/quote', { lines, ...rest }),
    confirm: named('confirm'),
    release: named('release'),
    extend: named('extend'),
    fulfill: named('fulfill'),
    cancel: named('cancel'),
    reallocate: named('reallocate'),
    returnUnits: named('return'),
    patch: (id: string, body: object, headers?: Headers) =>
      call('patch', `/v1/reservations/${id}`, body, headers),
    /** What it is to be. */
    putLines: (id: string, lines: readonly object[], rest: object = {}, headers?: Headers) =>
      call('put', `/v1/reservations/${id}/lines`, { lines, ...rest }, headers),
    /** What a cart is to hold. */
    putCart: (cartId: string, lines: readonly object[], rest: object = {}, headers?: Headers) =>
      call('put', pathOfCart(cartId), { lines, ...rest }, headers),
    readCart: (cartId: string) => call('get', pathOfCart(cartId)),
    deleteCart: (cartId: string) => call('delete', pathOfCart(cartId)),
    withdraw: named('withdraw'),
    /** A create under an id that the test has chosen. */
    put: (id: string, body: object) => call('put', `/v1/reservations/${id}`, body),
    read: async (id: string) => (await want(200, call('get', `/v1/reservations/${id}`))) as Reservation,
    order: (orderId: string) => call('get', `/v1/orders/${encodeURIComponent(orderId)}`),
    /** `confirm`, `cancel` or `fulfill` of all that is reserved for an order. */
    orderVerb: (orderId: string, name: string, body?: object, headers?: Headers) =>
      call('post', `/v1/orders/${encodeURIComponent(orderId)}/${name}`, body, headers),
    setStock,
    /** As {@link setStock}, and creates location and SKU where they are not known. */
    async stock(sku: string, onHand: number, location = EAST): Promise<void> {
      for (const asked of [
        () => call('put', `/v1/locations/${location}`, {}),
        () => call('put', `/v1/skus/${sku}`, {}),
        () => setStock(sku, onHand, location),
      ]) {
        const { status, body } = await asked();
        if (status !== 200 && status !== 201) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
      }
    },
    availability,
    /** `[on_hand, reserved, allocated]` at all locations. */
    async counters(sku: string): Promise<readonly [number, number, number]> {
      const { on_hand, reserved, allocated } = await availability(sku);
      return [on_hand, reserved, allocated];
    },
  };
}

export type ApiCalls<Answer extends { readonly status: number; readonly body: unknown }> = ReturnType<
  typeof apiCalls<Answer>
>;
