import { id, reservationAnswer, syncAction, time } from '@holdfast/contract';
import { showReservation } from '@holdfast/domain';
import { readPosition, readReservationHistory } from '@holdfast/reservations';
import { z } from 'zod';
import { cursorTo, idParams, limit, listOf, milliseconds } from '../http/fields-schema.ts';
import { pageOf } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { syncRetry } from '../operations/warehouse-sync-schema.ts';
import { stockMovementAnswer } from '../stock/stock-movement-schema.ts';

const withPosition = reservationAnswer
  .extend({
    position: z
      .int()
      .optional()
      .meta({ description: 'While it waits: its position in line, 1 being the next, at most 1,000' }),
  })
  .meta({ id: 'ReservationWithPosition' });

export const getReservation = () =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations/{id}',
    tag: 'Reservations',
    scope: 'reservations:read',
    readFrom: 'reached',
    summary: 'Read a reservation',
    description: 'A hold is `expired` from `expires_at` on, even before its stock is given back.',
    params: idParams,
    answers: { 200: { description: 'The reservation', schema: withPosition } },
    refusals: ['reservation_not_found'],
    async handle({ params, signal, from }) {
      const found = await from.reservation.get(params.id, signal);
      if (!found) throw noReservation(params.id);
      const body = showReservation(found.reservation, found.now);
      if (body.status !== 'waiting') return { status: 200, body };
      const position = await readPosition(from.prisma, params.id);
      return { status: 200, body: position === null ? body : { ...body, position } };
    },
  });

/** The end of a page, explained in packages/reservations/src/reservation-history-store.ts. */
const place = z.strictObject({
  at: milliseconds(),
  step: z.int().min(0).max(2),
  id: id(),
  number: z.int32().min(0),
});

const reservationHistoryQuery = z.strictObject({ limit: limit(), cursor: cursorTo(place).optional() });

const event = z
  .strictObject({
    id: id(),
    type: z.string(),
    reservation: reservationAnswer.meta({ description: 'The reservation at the time of the event' }),
    reason: z.string().nullable().meta({ description: 'The reason that the call gave' }),
    caller: z.string().nullable().meta({ description: 'Who gave the reason; null without one' }),
  })
  .meta({ id: 'HistoryEvent' });

const syncAttempt = z
  .strictObject({
    sync_id: id(),
    action: syncAction,
    number: z.int(),
    started_at: time(),
    finished_at: time().nullable(),
    status: z.int().nullable().meta({ description: 'HTTP status; null if there was no answer' }),
    error: z.string().nullable(),
    next_attempt_at: time().nullable(),
    retry: syncRetry,
  })
  .meta({ id: 'HistorySyncAttempt' });

const entry = <Kind extends string, Data extends z.ZodType>(id: string, kind: Kind, data: Data) =>
  z.strictObject({ at: time(), kind: z.literal(kind), data }).meta({ id });

export const reservationHistoryAnswer = listOf(
  'ReservationHistory',
  z
    .discriminatedUnion('kind', [
      entry('EventEntry', 'event', event),
      entry('MovementEntry', 'movement', stockMovementAnswer),
      entry('SyncAttemptEntry', 'sync_attempt', syncAttempt),
    ])
    .meta({ id: 'HistoryEntry' }),
);

export const getReservationHistory = () =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations/{id}/history',
    tag: 'Reservations',
    scope: 'reservations:read',
    readFrom: 'lagging',
    summary: 'Read the history of a reservation, oldest first',
    description:
      'Stock movements, each before the event that it caused, and the attempts to notify the warehouse.',
    params: idParams,
    query: reservationHistoryQuery,
    answers: { 200: { description: 'A page of the history', schema: reservationHistoryAnswer } },
    refusals: ['reservation_not_found'],
    async handle({ params, query: { limit, cursor = null }, from }) {
      const wanted = { after: cursor, limit: limit + 1 };
      const found = await readReservationHistory(from.prisma, params.id, wanted);
      if (!found) throw noReservation(params.id);
      const { data, next_cursor } = pageOf(found, limit, ({ place }) => place);
      return { status: 200, body: { data: data.map(({ entry }) => entry), next_cursor } };
    },
  });

const noReservation = (id: string) => new Problem('reservation_not_found', `There is no reservation ${id}.`);
