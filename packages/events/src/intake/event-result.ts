import { refusalBody, type ProblemBody } from '@holdfast/contract';
import type { ORDER_EFFECTS, OrderCommand, OutcomeOf } from '@holdfast/domain';
import { inWordsOfEvents } from './event-identity.ts';

export interface EventResult {
  readonly id: string;
  readonly source: string;
  readonly state: 'processed' | 'duplicate' | 'dead';
  readonly effects: { reservation_id: string | null; effect: (typeof ORDER_EFFECTS)[number] }[];
  /** Why it had no effect. */
  readonly note: string | null;
  readonly reservation_id: string | null;
  /** Why it is dead. If it was processed: the refusal. */
  readonly problem: ProblemBody | null;
}

type OrderOutcome = OutcomeOf<OrderCommand['kind']>;

type OrderResult = Extract<OrderOutcome, { readonly ok: true }>['order'];

export type Result = Omit<EventResult, 'id' | 'source'>;

/** An outcome that an earlier release has kept has neither effects nor a note. */
type KeptOrder = Omit<OrderResult, 'effects' | 'note'> & Partial<Pick<OrderResult, 'effects' | 'note'>>;

/** What the ledger answered. */
export interface Decided {
  readonly outcome: OrderOutcome;
  readonly replayed: boolean;
}

export function resultOf({ outcome, replayed }: Decided): Result {
  if (!outcome.ok) return dead(refusalBody(inWordsOfEvents(outcome.refusal)));
  const order: KeptOrder = outcome.order;
  const { reservationId, refusal, isUnfinished, effects = [], note = refusal ? null : NOT_RECORDED } = order;
  const state = replayed ? 'duplicate' : 'processed';
  return {
    state: isUnfinished ? 'dead' : state,
    effects: effects.map((each) => ({ reservation_id: each.reservationId, effect: each.effect })),
    note,
    reservation_id: reservationId,
    problem: refusal && refusalBody(refusal),
  };
}

const NOT_RECORDED = 'An earlier release has processed it, and did not record the result.';

export const NOTHING_DONE = { effects: [], note: null, reservation_id: null, problem: null };

export const dead = (problem: ProblemBody): Result => ({ ...NOTHING_DONE, state: 'dead', problem });
