import type { ApiContext } from '../context.ts';
import { withdrawBody } from './reservation-schema.ts';
import { defineVerb } from './define-verb.ts';

export const withdrawReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'withdraw',
    summary: 'Undo a reservation, whether or not it was created',
    description:
      'Afterwards the reservation holds no stock, and never does again: a hold is released, a confirmed reservation is ' +
      'cancelled, and `withdrawn_at` is set. An id that is not known is remembered with status `withdrawn`, so that a PUT of ' +
      'it is refused when it comes late; such an id must be a UUIDv7, at most 24 hours old or 5 minutes ahead. 409 if units ' +
      'were fulfilled.',
    body: withdrawBody,
    done: 'The reservation is withdrawn, by this call or an earlier one',
    refusals: ['invalid_transition'],
    command: ({ reason = null }, called) => ({ kind: 'withdraw', reason, ...called }),
  });
