import { reservationAnswer, reservationStatus, stockLevelAnswer } from '@holdfast/contract';
import { z } from 'zod';

const stockChange = z
  .strictObject({
    sku: z.string(),
    location: z.string(),
    on_hand: z.int(),
    reserved: z.int(),
    allocated: z.int(),
  })
  .meta({
    id: 'StockChange',
    description: 'Change of each counter of a level; negative if it fell',
  });

const shortLine = z
  .strictObject({
    sku: z.string(),
    location: z.string().optional().meta({ description: 'Present if the line was pinned to this location' }),
    requested: z.int(),
    available: z.int(),
  })
  .meta({ id: 'ShortLine' });

const overLimitLine = z
  .strictObject({ sku: z.string(), limit: z.int(), taken: z.int(), requested: z.int() })
  .meta({ id: 'OverLimitLine' });

const refusal = z
  .strictObject({
    code: z
      .string()
      .meta({ description: 'As in answers of the API. Codes never change; new ones may be added' }),
    detail: z.string(),
    lines: z
      .array(z.union([shortLine, overLimitLine]).meta({ id: 'RefusedLine' }))
      .optional()
      .meta({
        description:
          'With `insufficient_stock`: the lines without enough stock. With `customer_limit_reached`: the SKUs of which ' +
          'the customer would have too many',
      }),
  })
  .meta({ id: 'Refusal', description: 'Why the request was refused' });

/** A reservation that changed: its new state, its status before, and the moved units. */
export const transitionData = z
  .strictObject({
    reservation: reservationAnswer,
    previous_status: reservationStatus.nullable().meta({
      description: 'null if there was no reservation before, or the event is older than this field',
    }),
    stock_changes: z.array(stockChange).meta({
      description: 'Changes by level. Empty if no counter changed, or the event is older than this field',
    }),
    reason: z.string().nullable().meta({
      description: 'The reason that the call gave for this change. null if it gave none, or no call made it',
    }),
  })
  .meta({ id: 'TransitionData' });

export const confirmedData = transitionData
  .extend({
    after_refusal: z.boolean().meta({
      description:
        'Whether a `confirm_refused` of this reservation was published before. If that event has the same ' +
        '`payment_reference` as the reservation, the payment was accepted after all: do not refund it',
    }),
  })
  .meta({ id: 'ConfirmedData' });

export const confirmRefusedData = z
  .strictObject({
    reservation: reservationAnswer,
    final: z.boolean().meta({
      description:
        'true: refund the payment; it can no longer confirm this reservation. false: the hold has expired, and the caller may ' +
        'still reacquire it. Then a `confirmed` with `after_refusal: true` follows, or a second `confirm_refused` that is final',
    }),
    payment_reference: z.string().nullable().meta({ description: 'The payment that arrived too late' }),
    refusal,
  })
  .meta({ id: 'ConfirmRefusedData' });

/** A reservation that did not change. */
export const reservationData = z
  .strictObject({ reservation: reservationAnswer })
  .meta({ id: 'ReservationData' });

const orderedLine = z
  .strictObject({
    sku: z.string(),
    location: z.string().nullable().meta({ description: 'The location to which the line is pinned' }),
    quantity: z.int(),
  })
  .meta({ id: 'OrderedLine' });

export const reservationRefusedData = z
  .strictObject({
    order_id: z.string(),
    lines: z.array(orderedLine),
    payment_reference: z
      .string()
      .nullable()
      .meta({ description: 'The payment that arrived for the order: refund it. null if there was none' }),
    refusal,
  })
  .meta({ id: 'ReservationRefusedData' });

export const shortfallData = z
  .strictObject({
    stock_level: stockLevelAnswer,
    previous_shortfall: z.int().meta({ description: 'The shortfall before the change' }),
  })
  .meta({ id: 'ShortfallData' });

export const reconciledData = z
  .strictObject({
    stock_level: stockLevelAnswer,
    stock_changes: z.array(stockChange).meta({
      description: 'The changes of repaired counters. Empty if only the record of a change was missing',
    }),
  })
  .meta({ id: 'ReconciledData' });

export const lowStockData = z
  .strictObject({
    sku: z.string(),
    available: z.int().meta({
      description:
        'Units that can be reserved: over all active locations, without reserved units and safety stock, minus shortfalls at any location',
    }),
    low_stock_threshold: z.int().nullable().meta({ description: 'null if the threshold was removed' }),
  })
  .meta({ id: 'LowStockData' });
