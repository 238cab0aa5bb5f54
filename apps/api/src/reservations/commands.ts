import type { ProblemCode } from '@holdfast/contract';
import type { LinePart, ReserveCommand } from '@holdfast/domain';
import { newId } from '@holdfast/ledger';
import type { GivenName } from '../http/given-names.ts';
import type { CreateReservationBody, PartBody } from './reservation-schema.ts';

/** Of several, the first in this order is answered. */
export const CREATE_REFUSALS = [
  'order_cancelled',
  'unknown_sku',
  'unknown_location',
  'quantity_limit_exceeded',
  'insufficient_stock',
] as const satisfies readonly ProblemCode[];

/** What a create asks for. */
export function reserveCommand(
  body: CreateReservationBody,
  { caller, ttlSeconds }: { readonly caller: string; readonly ttlSeconds: number },
): ReserveCommand {
  return {
    kind: 'reserve',
    reservationId: newId(),
    orderId: body.order_id ?? null,
    cartId: body.cart_id ?? null,
    storeId: body.store_id ?? null,
    source: body.source ?? null,
    metadata: body.metadata,
    lines: body.lines.map(({ sku, quantity, location }) => ({ sku, quantity, location: location ?? null })),
    sourcing: body.sourcing,
    ttlSeconds: timeToLive(body, ttlSeconds),
    caller,
  };
}

/**
 * The names in the body of a create.
 * @param at the path of the body in the request, such as `reservations.3.`
 */
export function namesOfCreate(body: CreateReservationBody, at = ''): readonly GivenName[] {
  return [
    { path: `${at}order_id`, name: body.order_id, of: { kind: 'order' } },
    { path: `${at}cart_id`, name: body.cart_id, of: { kind: 'cart' } },
    { path: `${at}store_id`, name: body.store_id, of: null },
  ];
}

/** What the fingerprint of a create is of: the body without its key, and with nothing left to defaults. */
export function completeCreate(
  { idempotency_key: _key, ...body }: CreateReservationBody,
  { ttlSeconds }: { readonly ttlSeconds: number },
) {
  return { ...body, ttl_seconds: timeToLive(body, ttlSeconds) };
}

/** Null: no hold, confirmed at once. */
function timeToLive(
  { confirm, ttl_seconds }: Pick<CreateReservationBody, 'confirm' | 'ttl_seconds'>,
  byDefault: number,
): number | null {
  return confirm ? null : (ttl_seconds ?? byDefault);
}

/** The lines of a confirm or a fulfill. None: all. */
export function partsOf(lines: readonly PartBody[] | undefined): readonly LinePart[] | null {
  return lines?.map(({ sku, location, quantity }) => ({ sku, location: location ?? null, quantity })) ?? null;
}
