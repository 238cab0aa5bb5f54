import { reservationAnswer, reservationStatus } from '@holdfast/contract';
import { z } from 'zod';
import { refusal, stockChange } from './shapes.ts';

/** A reservation that changed: as it is after that, what it was before, and what moved. */
export const transitionData = z.strictObject({
  reservation: reservationAnswer,
  previous_status: reservationStatus.nullable().meta({
    description: 'null if there was no reservation before, or the event is older than this field',
  }),
  stock_changes: z.array(stockChange).meta({
    description: 'Changes by level. Empty if no counter changed, or the event is older than this field',
  }),
});

export const confirmedData = transitionData.extend({
  after_refusal: z.boolean().meta({
    description:
      'Whether a `confirm_refused` of this reservation was published before. If that event has the same ' +
      '`payment_reference` as the reservation, the payment was accepted after all: do not refund it',
  }),
});

export const confirmRefusedData = z.strictObject({
  reservation: reservationAnswer,
  final: z.boolean().meta({
    description:
      'true: refund the payment; it can no longer confirm this reservation. false: the hold has expired, and the caller may ' +
      'still reacquire it. Then a `confirmed` with `after_refusal: true` follows, or a second `confirm_refused` that is final',
  }),
  payment_reference: z.string().nullable().meta({ description: 'The payment that arrived too late' }),
  refusal,
});

/** Its `warehouse_sync` is the one that failed. */
export const syncFailedData = z.strictObject({
  reservation: reservationAnswer,
});

export const reservationRefusedData = z.strictObject({
  order_id: z.string(),
  lines: z.array(
    z.strictObject({
      sku: z.string(),
      location: z.string().nullable().meta({ description: 'The location to which the line is pinned' }),
      quantity: z.int(),
    }),
  ),
  payment_reference: z
    .string()
    .nullable()
    .meta({ description: 'The payment that arrived for the order: refund it. null if there was none' }),
  refusal,
});
