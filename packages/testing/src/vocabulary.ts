import type { CommandOf, LinePart, Outcome, ReserveCommand, WantedLine } from '@holdfast/domain';
import { uuidv7 } from 'uuidv7';
import { TTL_SECONDS } from './vocabulary-of-changes.ts';

export * from './vocabulary-of-changes.ts';
export * from './vocabulary-of-stock.ts';

/**
 * The commands of all suites. A verb has one name, one order of arguments and one set of defaults on each
 * level, also over HTTP (api-calls.ts): SKU, quantity, location; for what exists, its id first; all that is
 * rare in `rest`.
 */

const caller = 'checkout';

type Lines = readonly WantedLine[];
type Parts = readonly LinePart[] | null;
type Reserve = Partial<ReserveCommand>;

/** A line of a reservation, or a part of one. */
export const line = (sku: string, quantity = 1, location: string | null = null): WantedLine & LinePart => ({
  sku,
  location,
  quantity,
});

/** Without an id it gets a new one. */
export function reserve(lines: Lines, rest?: Reserve): ReserveCommand;
export function reserve(id: string, lines: Lines, rest?: Reserve): ReserveCommand;
export function reserve(
  first: string | Lines,
  second: Lines | Reserve = {},
  third: Reserve = {},
): ReserveCommand {
  const [reservationId, lines, rest] =
    typeof first === 'string' ? [first, second as Lines, third] : [uuidv7(), first, second as Reserve];
  return {
    kind: 'reserve',
    reservationId,
    orderId: null,
    customerId: null,
    locations: null,
    ifShort: 'reject',
    paymentReference: null,
    cartId: null,
    storeId: null,
    source: null,
    metadata: {},
    lines,
    sourcing: 'split',
    ttlSeconds: TTL_SECONDS,
    caller,
    ...rest,
  };
}

/** Of a reservation that waits in line, if there is too little. */
export const inLine = (priority = 0, waitSeconds = 3_600): Pick<Reserve, 'ifShort' | 'wait'> => ({
  ifShort: 'wait',
  wait: { waitSeconds, priority, waitersMax: 10_000 },
});

/** Tries those in line for a SKU, from the first on. */
export const grantWaiting = (
  sku: string,
  rest: Partial<CommandOf<'grant-waiting'>> = {},
): CommandOf<'grant-waiting'> => ({ kind: 'grant-waiting', sku, after: null, limit: 100, ...rest });

/** A create under an id that the client has chosen. The same fingerprint is the same content. */
export const putReservation = (
  id: string,
  lines: Lines,
  rest: Reserve = {},
  fingerprint = 'as first asked',
): CommandOf<'put-reservation'> => ({
  kind: 'put-reservation',
  reserve: reserve(id, lines, rest),
  fingerprint,
  caller,
});

export const reserveBatch = (
  reservations: readonly ReserveCommand[],
  { atomic = false } = {},
): CommandOf<'reserve-batch'> => ({ kind: 'reserve-batch', atomic, reservations, caller });

export const confirm = (
  reservationId: string,
  rest: Partial<CommandOf<'confirm'>> = {},
): CommandOf<'confirm'> => ({
  kind: 'confirm',
  reservationId,
  orderId: null,
  paymentReference: null,
  parts: null,
  onExpired: 'reject',
  caller,
  ...rest,
});

export const release = (
  reservationId: string,
  reason: string | null = null,
  rest: Partial<CommandOf<'release'>> = {},
): CommandOf<'release'> => ({
  kind: 'release',
  reservationId,
  reason,
  releaseId: null,
  parts: null,
  caller,
  ...rest,
});

export const expire = (reservationId: string): CommandOf<'expire'> => ({ kind: 'expire', reservationId });

export const extend = (
  reservationId: string,
  ttlSeconds = TTL_SECONDS,
  rest: Partial<CommandOf<'extend'>> = {},
): CommandOf<'extend'> => ({
  kind: 'extend',
  reservationId,
  ttlSeconds,
  extensionsMax: 1,
  holdMaxSeconds: 3_600,
  caller,
  ...rest,
});

export const fulfill = (
  reservationId: string,
  parts: Parts = null,
  rest: Partial<CommandOf<'fulfill'>> = {},
): CommandOf<'fulfill'> => ({
  kind: 'fulfill',
  reservationId,
  orderId: null,
  fulfillmentId: null,
  parts,
  reallocate: false,
  caller,
  ...rest,
});

export const cancel = (
  reservationId: string,
  reason: string | null = null,
  rest: Partial<CommandOf<'cancel'>> = {},
): CommandOf<'cancel'> => ({
  kind: 'cancel',
  reservationId,
  reason,
  cancellationId: null,
  parts: null,
  caller,
  ...rest,
});

/** As {@link orderCreated}: the lines that it is to have. */
export const orderChanged = (
  orderId: string,
  lines: Lines,
  rest: Reserve = {},
): CommandOf<'order-changed'> => ({ ...orderCreated(orderId, lines, rest), kind: 'order-changed' });

/** Its reservation is `of-` and the order's id, unless `rest` says otherwise. */
export const orderCreated = (
  orderId: string,
  lines: Lines,
  rest: Reserve = {},
): CommandOf<'order-created'> => ({
  kind: 'order-created',
  orderId,
  reserve: reserve(`of-${orderId}`, lines, { orderId, ...rest }),
  caller: 'orders',
});

export const orderPaid = (
  orderId: string,
  rest: Partial<CommandOf<'order-paid'>> = {},
): CommandOf<'order-paid'> => ({
  kind: 'order-paid',
  orderId,
  paymentReference: 'pay-1',
  onExpired: 'reject',
  caller: 'orders',
  ...rest,
});

export const orderPaymentFailed = (orderId: string): CommandOf<'order-payment-failed'> => ({
  kind: 'order-payment-failed',
  orderId,
  caller: 'orders',
});

export const orderCancelled = (orderId: string): CommandOf<'order-cancelled'> => ({
  kind: 'order-cancelled',
  orderId,
  reason: 'changed their mind',
  caller: 'orders',
});

export const orderFulfilled = (
  orderId: string,
  fulfillmentId: string,
  parts: Parts = null,
): CommandOf<'order-fulfilled'> => ({
  kind: 'order-fulfilled',
  orderId,
  fulfillmentId,
  parts,
  caller: 'warehouse',
});

export const confirmOrder = (
  orderId: string,
  rest: Partial<CommandOf<'confirm-order'>> = {},
): CommandOf<'confirm-order'> => ({
  kind: 'confirm-order',
  orderId,
  paymentReference: 'pay-1',
  onExpired: 'reject',
  atomic: true,
  caller,
  ...rest,
});

export const cancelOrder = (orderId: string, reason: string | null = null): CommandOf<'cancel-order'> => ({
  kind: 'cancel-order',
  orderId,
  reason,
  caller,
});

export const fulfillOrder = (
  orderId: string,
  parts: Parts = null,
  fulfillmentId: string | null = null,
): CommandOf<'fulfill-order'> => ({ kind: 'fulfill-order', orderId, fulfillmentId, parts, caller });

/** The refusal's code, or `ok`. */
export function codeOf(of: Outcome | { readonly outcome: Outcome }): string {
  const outcome = 'outcome' in of ? of.outcome : of;
  return outcome.ok ? 'ok' : outcome.refusal.code;
}
