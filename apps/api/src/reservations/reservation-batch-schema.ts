import { reservationAnswer } from '@holdfast/contract';
import { z } from 'zod';
import { createReservationBody } from './reservation-schema.ts';
import { problemDocument } from '../http/problem-schema.ts';

const RESERVATIONS_MAX = 500;
const LINES_MAX = 1_000;

/** The body of a batch of creates. */
export function createBatchBody(config: { maxHoldSeconds: number }) {
  return z
    .strictObject({
      reservations: z
        .array(createReservationBody(config).meta({ id: 'BatchedReservation' }))
        .min(1)
        .max(RESERVATIONS_MAX),
      atomic: z.boolean().default(false).meta({ description: 'Create all reservations or none' }),
    })
    .refine(
      ({ reservations }) => reservations.reduce((sum, { lines }) => sum + lines.length, 0) <= LINES_MAX,
      { path: ['reservations'], error: `may have at most ${LINES_MAX} lines in all` },
    )
    .refine(({ reservations }) => areAllDifferent(reservations.map((each) => each.idempotency_key)), {
      path: ['reservations'],
      error: 'each idempotency_key must be of one reservation only',
    })
    .meta({ id: 'CreateReservationBatch' });
}

function areAllDifferent(keys: readonly (string | undefined)[]): boolean {
  const given = keys.filter((key) => key !== undefined);
  return new Set(given).size === given.length;
}

const replayed = z
  .literal(true)
  .optional()
  .meta({ description: 'Present if this is the outcome of an earlier call with this key' });

export const batchAnswer = z
  .strictObject({
    results: z.array(
      z.union([
        z.strictObject({ status: z.literal(201), reservation: reservationAnswer, replayed }),
        z.strictObject({ status: z.int().min(400), problem: problemDocument, replayed }),
      ]),
    ),
  })
  .meta({ id: 'ReservationBatch' });
