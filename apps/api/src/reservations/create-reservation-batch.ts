import { reservationAnswer } from '@holdfast/contract';
import type { OutcomeOf, ReservationOutcome } from '@holdfast/domain';
import type { Answer as LedgerAnswer } from '@holdfast/ledger';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { problemDocument, problemOf, validationFailed } from '../http/problem.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { replayHeader } from '../http/keyed-answer.ts';
import { completeCreate, CREATE_REFUSALS, namesOfCreate, reserveCommand } from './create-reservation.ts';
import { createReservationBody } from './reservation-schema.ts';

const RESERVATIONS_MAX = 500;
const LINES_MAX = 1_000;

function createBatchBody(config: Pick<ApiConfig, 'maxHoldSeconds' | 'waitMaxSeconds'>) {
  return z
    .strictObject({
      reservations: z
        .array(
          createReservationBody(config)
            .refine(({ if_short }) => if_short !== 'wait', {
              path: ['if_short'],
              error: 'cannot be wait in a batch: create it by a call of its own',
            })
            .meta({ id: 'BatchedReservation' }),
        )
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
    .meta({
      id: 'CreateReservationBatch',
      examples: [
        {
          reservations: [
            { order_id: 'o-1002', lines: [{ sku: 'TSHIRT-M', quantity: 1 }] },
            { order_id: 'o-1003', lines: [{ sku: 'MUG', quantity: 2 }] },
          ],
        },
      ],
    });
}

function areAllDifferent(keys: readonly (string | undefined)[]): boolean {
  const given = keys.filter((key) => key !== undefined);
  return new Set(given).size === given.length;
}

const replayed = z
  .literal(true)
  .optional()
  .meta({ description: 'Present if this is the outcome of an earlier call with this key' });

/** A number cannot be a discriminator in OpenAPI: clients look for `reservation` or `problem`. */
const batchResult = z
  .union([
    z
      .strictObject({ status: z.literal(201), reservation: reservationAnswer, replayed })
      .meta({ id: 'CreatedInBatch' }),
    z
      .strictObject({ status: z.int().min(400), problem: problemDocument, replayed })
      .meta({ id: 'RefusedInBatch' }),
  ])
  .meta({ id: 'BatchResult', unionOneOf: true });

export const batchAnswer = z.strictObject({ results: z.array(batchResult) }).meta({ id: 'ReservationBatch' });

export const createReservationBatch = ({ database, ledger, config }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/batch',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Create many reservations in one call, either independently or all or none',
    description:
      'Send either one `Idempotency-Key` for the whole batch, or an `idempotency_key` in each reservation. With `"atomic": true`, one refusal refuses all reservations.',
    body: createBatchBody(config),
    answers: {
      200: { description: 'One result for each reservation, in the same order', schema: batchAnswer },
      201: { description: 'With `"atomic": true`: all reservations were created', schema: batchAnswer },
    },
    refusals: CREATE_REFUSALS,
    keyed: true,
    async handle({ body: { atomic, reservations }, caller, path, idempotencyKey, signal, requestId }) {
      const keys = reservations.map((each) => each.idempotency_key ?? null);
      if (idempotencyKey !== null && keys.some((key) => key !== null)) {
        throw validationFailed('reservations', 'may have no keys of their own when the whole batch has one');
      }
      const given = reservations.flatMap((sent, index) => namesOfCreate(sent, `reservations.${index}.`));
      await requireNames(database.prisma, given);
      const creates = reservations.map((sent) => completeCreate(sent, config));
      const answer = await ledger.submit(
        {
          kind: 'reserve-batch',
          atomic,
          reservations: reservations.map((sent) => reserveCommand(sent, caller, config)),
          caller,
        },
        nameCall({ caller, path, key: idempotencyKey, body: { atomic, reservations: creates } }),
        {
          partKeys: keys.map((key, index) => nameCall({ caller, path, key, body: creates[index] })),
          signal,
        },
      );
      return answerWithResults(answer, atomic ? 201 : 200, { requestId, publicUrl: config.publicUrl });
    },
  });

/** @throws {Problem} when an atomic batch was refused */
function answerWithResults(
  { outcome, replayed, replayedParts }: LedgerAnswer<OutcomeOf<'reserve-batch'>>,
  status: number,
  asked: Asked,
): Answer {
  const replay = replayHeader(replayed);
  if (!outcome.ok) {
    const { refusal, part = 0 } = outcome;
    throw problemOf({ ...refusal, detail: `Reservation ${part + 1}: ${refusal.detail}` }, replay);
  }
  const results = outcome.outcomes.map((each, index) => ({
    ...resultOf(each, asked),
    ...(replayedParts?.[index] ? { replayed: true } : {}),
  }));
  return { status, body: { results }, headers: replay };
}

interface Asked {
  readonly requestId: string;
  readonly publicUrl: string;
}

function resultOf(outcome: ReservationOutcome, { requestId, publicUrl }: Asked) {
  if (!outcome.ok) {
    const problem = problemOf(outcome.refusal);
    return { status: problem.status, problem: problem.toDocument(requestId, publicUrl) };
  }
  return { status: 201, reservation: outcome.reservation };
}
