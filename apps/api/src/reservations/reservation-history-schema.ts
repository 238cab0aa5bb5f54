import { id, reservationAnswer, syncAction, time } from '@holdfast/contract';
import { z } from 'zod';
import { cursorTo, limit, milliseconds, nextCursor } from '../http/fields-schema.ts';
import { stockMovementAnswer } from '../stock/stock-movement-schema.ts';

/** Where a page has ended: packages/reservations/src/reservation-history-store.ts says what it means. */
const place = z.strictObject({
  at: milliseconds(),
  step: z.int().min(0).max(1),
  id: id(),
  number: z.int32().min(0),
});

export const reservationHistoryQuery = z.strictObject({ limit: limit(), cursor: cursorTo(place).optional() });

const event = z.strictObject({
  id: id(),
  type: z.string(),
  reservation: reservationAnswer.meta({ description: 'The reservation at the time of the event' }),
});

const syncAttempt = z.strictObject({
  sync_id: id(),
  action: syncAction,
  number: z.int(),
  started_at: time(),
  finished_at: time().nullable(),
  status: z.int().nullable().meta({ description: 'HTTP status; null if there was no answer' }),
  error: z.string().nullable(),
  next_attempt_at: time().nullable(),
});

export const reservationHistoryAnswer = z
  .strictObject({
    data: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ at: time(), kind: z.literal('event'), data: event }),
        z.strictObject({ at: time(), kind: z.literal('movement'), data: stockMovementAnswer }),
        z.strictObject({ at: time(), kind: z.literal('sync_attempt'), data: syncAttempt }),
      ]),
    ),
    next_cursor: nextCursor,
  })
  .meta({ id: 'ReservationHistory' });
