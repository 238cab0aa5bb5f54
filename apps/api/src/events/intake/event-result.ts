import type { ProblemBody } from '@holdfast/contract';
import type { OrderCommand, OutcomeOf } from '@holdfast/domain';
import type { Answer } from '@holdfast/ledger';
import { problemOf } from '../../http/problem.ts';
import type { EventResult } from '../incoming-event-schema.ts';
import { inWordsOfEvents } from './event-identity.ts';

type OrderOutcome = OutcomeOf<OrderCommand['kind']>;

type OrderResult = Extract<OrderOutcome, { readonly ok: true }>['order'];

export type Result = Omit<EventResult, 'id' | 'source'>;

/** An outcome that an earlier release has kept has neither effects nor a note. */
type KeptOrder = Omit<OrderResult, 'effects' | 'note'> & Partial<Pick<OrderResult, 'effects' | 'note'>>;

export function resultOf({ outcome, replayed }: Answer<OrderOutcome>): Result {
  if (!outcome.ok) return dead(problemOf(inWordsOfEvents(outcome.refusal)).describe());
  const order: KeptOrder = outcome.order;
  const { reservationId, refusal, isUnfinished, effects = [], note = refusal ? null : NOT_RECORDED } = order;
  const state = replayed ? 'duplicate' : 'processed';
  return {
    state: isUnfinished ? 'dead' : state,
    effects: effects.map((each) => ({ reservation_id: each.reservationId, effect: each.effect })),
    note,
    reservation_id: reservationId,
    problem: refusal && problemOf(refusal).describe(),
  };
}

const NOT_RECORDED = 'An earlier release has processed it, and did not record what it has done.';

export const NOTHING_DONE = { effects: [], note: null, reservation_id: null, problem: null };

export const dead = (problem: ProblemBody): Result => ({ ...NOTHING_DONE, state: 'dead', problem });
