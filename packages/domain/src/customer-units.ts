import type { Reservation, ReservationLine } from './reservation.ts';
import type { Sku } from './stock-level.ts';

// Units that customers have of SKUs with a limit. PostgreSQL has the same rule, to count a customer for the
// first time (packages/ledger/src/batch/customer-counters.ts).

export interface CustomerOfSku {
  readonly customerId: string;
  readonly sku: string;
}

export interface CustomerUnits extends CustomerOfSku {
  readonly units: number;
}

export const nameOfUnits = ({ customerId, sku }: CustomerOfSku): string => JSON.stringify([customerId, sku]);

/**
 * Units of a line that count for its customer: waiting or held, or confirmed and neither cancelled nor
 * returned. A due hold counts until it is given back, which the next call that asks for its SKUs does.
 */
export function unitsOfCustomer({ status }: Pick<Reservation, 'status'>, line: ReservationLine): number {
  switch (status) {
    case 'waiting':
    case 'held':
      return line.quantity;
    case 'confirmed':
    case 'fulfilled':
    case 'cancelled':
      return line.confirmedQuantity - line.cancelledQuantity - line.returnedQuantity;
    case 'released':
    case 'expired':
    case 'withdrawn':
      return 0;
    default:
      return status satisfies never;
  }
}

/** Whether the units of a reservation count against the limit of a SKU. */
export function isCounted(sku: Sku | undefined, { createdAt }: Pick<Reservation, 'createdAt'>): boolean {
  const since = sku?.customerLimitSince ?? null;
  return since !== null && createdAt >= since;
}
