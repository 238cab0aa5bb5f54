import type { CommandOf, LinePart, WantedLine } from '@holdfast/domain';
import { uuidv7 } from 'uuidv7';

// The commands that change a reservation: a part of vocabulary.ts.

export const TTL_SECONDS = 900;
const caller = 'checkout';

type Lines = readonly WantedLine[];

/** Fulfilled units that came back, to where they left from unless `to` says otherwise. */
export const returnUnits = (
  reservationId: string,
  parts: readonly (LinePart & { readonly to?: string })[],
  rest: Partial<CommandOf<'return'>> = {},
): CommandOf<'return'> => ({
  kind: 'return',
  reservationId,
  returnId: null,
  parts: parts.map((part) => ({ to: null, ...part })),
  restock: true,
  reason: null,
  caller,
  ...rest,
});

export const patch = (
  reservationId: string,
  fields: Partial<CommandOf<'patch-reservation'>> = {},
): CommandOf<'patch-reservation'> => ({
  kind: 'patch-reservation',
  reservationId,
  orderId: null,
  customerId: null,
  paymentReference: null,
  source: undefined,
  metadata: undefined,
  metadataMax: 20,
  ifVersion: null,
  caller,
  ...fields,
});

/** The choices of the reservation. */
const AS_BEFORE = {
  sourcing: null,
  locations: null,
  ifShort: 'reject',
  renew: null,
  ifVersion: null,
} as const;

export const replaceLines = (
  reservationId: string,
  lines: Lines,
  rest: Partial<CommandOf<'replace-lines'>> = {},
): CommandOf<'replace-lines'> => ({
  kind: 'replace-lines',
  reservationId,
  lines,
  ...AS_BEFORE,
  caller,
  ...rest,
});

/** Its reservation gets a new id, if there is none yet. */
export const putCart = (
  cartId: string,
  lines: Lines,
  rest: Partial<CommandOf<'put-cart'>> = {},
): CommandOf<'put-cart'> => ({
  kind: 'put-cart',
  cartId,
  orderId: null,
  customerId: null,
  source: undefined,
  metadata: undefined,
  lines,
  ...AS_BEFORE,
  create: {
    reservationId: uuidv7(),
    storeId: null,
    sourcing: 'split',
    ttlSeconds: TTL_SECONDS,
  },
  caller,
  ...rest,
});

type Move = CommandOf<'reallocate'>['lines'][number];

/** A line of a reallocate: all open units at `from`, unless a quantity is given. */
export const move = (
  sku: string,
  from: string,
  to: string | null = null,
  quantity: number | null = null,
): Move => ({ sku, from, to, quantity });

export const reallocate = (
  reservationId: string,
  lines: readonly Move[],
  reason: string | null = null,
): CommandOf<'reallocate'> => ({ kind: 'reallocate', reservationId, lines, reason, caller });

export const withdraw = (reservationId: string, reason: string | null = null): CommandOf<'withdraw'> => ({
  kind: 'withdraw',
  reservationId,
  reason,
  caller,
});
