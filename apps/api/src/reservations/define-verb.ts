import { reservationAnswer } from '@holdfast/contract';
import type { CommandOf } from '@holdfast/domain';
import type { GivenName } from '@holdfast/reservations';
import type { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { requireNames } from '../http/given-names.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { answerWithReservation } from './create-reservation.ts';

interface Verb<Body> extends Pick<Route, 'summary' | 'description' | 'refusals'> {
  readonly verb: string;
  readonly body: z.ZodType<Body>;
  /** What an answer with 200 says. */
  readonly done: string;
  /** Names that the body gives, to be checked. */
  readonly names?: (body: Body, reservationId: string) => readonly GivenName[];
  /** The body with its defaults, for the fingerprint. */
  readonly complete?: (body: Body) => unknown;
  readonly command: (
    body: Body,
    called: { readonly reservationId: string; readonly caller: string },
  ) => CommandOf<
    'confirm' | 'extend' | 'release' | 'fulfill' | 'cancel' | 'withdraw' | 'return' | 'reallocate'
  >;
}

/** A POST on one reservation, which is a command of the ledger and answers with the reservation. */
export function defineVerb<Body>(
  { database, ledger }: ApiContext,
  { verb, done, names, complete = (body) => body, command, ...texts }: Verb<Body>,
): Route {
  return defineRoute({
    ...texts,
    method: 'post',
    path: `/v1/reservations/{id}/${verb}`,
    tag: 'Reservations',
    scope: 'reservations:write',
    params: idParams,
    answers: { 200: { description: done, schema: reservationAnswer } },
    keyed: true,
    async handle({ params: { id }, body, caller, path, idempotencyKey, signal }) {
      if (names) await requireNames(database.prisma, names(body, id));
      const answer = await ledger.submit(
        command(body, { reservationId: id, caller }),
        nameCall({ caller, path, key: idempotencyKey, body: complete(body) }),
        { signal },
      );
      return answerWithReservation(answer, 200);
    },
  });
}
