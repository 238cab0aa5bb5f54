import type { LinePart, ReserveCommand } from '@holdfast/domain';
import { newId } from '@holdfast/ledger';
import type { CreateReservationBody, PartBody } from '../schemas/reservation.ts';

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
