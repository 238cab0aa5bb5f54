import { reservationAnswer, reservationStatus } from '@holdfast/contract';
import { z } from 'zod';
import { refusal, stockChange } from './shapes.ts';

/** A reservation that changed: as it is after that, what it was before, and what moved. */
export const transitionData = z.strictObject({
  reservation: reservationAnswer,
  previous_status: reservationStatus.nullable().meta({
    description: 'null: there was no reservation before, or the event is older than this field',
  }),
  stock_changes: z.array(stockChange).meta({
    description: 'By level. Empty: none changed, or the event is older than this field',
  }),
});

export const confirmRefusedData = z.strictObject({
  reservation: reservationAnswer,
  payment_reference: z.string().nullable().meta({ description: 'Of the payment that came too late' }),
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
      location: z.string().nullable().meta({ description: 'The pin' }),
      quantity: z.int(),
    }),
  ),
  payment_reference: z
    .string()
    .nullable()
    .meta({ description: 'Of a payment that had come for it: refund it. null: none had' }),
  refusal,
});
