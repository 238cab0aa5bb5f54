import { reservationAnswer } from '@holdfast/contract';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { versionsOf } from '../http/precondition.ts';
import { defineRoute } from '../http/route.ts';
import { answerWithReservation } from './create-reservation.ts';
import {
  PROMISE_REFUSALS,
  besideLines,
  isPartialOfSplit,
  PARTIAL_OF_SPLIT,
  wantedLines,
  wantedLinesOf,
} from './wanted-lines-schema.ts';

const putLinesBody = z
  .strictObject({ lines: wantedLines(1), ...besideLines })
  .refine(isPartialOfSplit, PARTIAL_OF_SPLIT)
  .meta({
    id: 'PutLines',
    examples: [{ lines: [{ sku: 'TSHIRT-M', quantity: 3 }], renew: true }],
  });

/** If several apply, the first in this order is answered. */
export const LINES_REFUSALS = [
  'version_conflict',
  'order_cancelled',
  'unknown_sku',
  'unknown_location',
  'quantity_limit_exceeded',
  ...PROMISE_REFUSALS,
] as const;

export const putLines = ({ ledger, config }: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/reservations/{id}/lines',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Set the lines of a hold or of a confirmed reservation',
    description:
      'Lines are matched by SKU and `location`. Units that are no longer listed are given back, further units are sourced, and all others stay where they are; units that the call gives back are free for it. ' +
      'Lines of a confirmed reservation count `confirmed_quantity - cancelled_quantity`; a line keeps the units that have shipped. A refused call changes nothing. ' +
      'With `If-Match: "3"`, quotes included, the lines are set only if the reservation still has that `version`.',
    params: idParams,
    body: putLinesBody,
    answers: {
      200: {
        description: 'The reservation has these lines, by this call or an earlier one',
        schema: reservationAnswer,
        headers: { ETag: 'The reservation’s version in quotes, for If-Match' },
      },
    },
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'invalid_transition',
      'quantity_exceeds_remaining',
      ...LINES_REFUSALS,
    ],
    conditional: 'if-match',
    async handle({ params: { id }, body, caller, precondition, signal }) {
      const answer = await ledger.submit(
        {
          kind: 'replace-lines',
          reservationId: id,
          ...wantedLinesOf(body, config, config.ttlSeconds),
          ifVersion: versionsOf(precondition),
          caller,
        },
        null,
        { signal },
      );
      return answerWithReservation(answer, 200, ({ version }) => ({ ETag: `"${version}"` }));
    },
  });
