import type { Command, Outcome } from '../commands.ts';
import type { ReservationView, StockLevelView } from '../contract-view.ts';
import type { OrderEffect } from '../order.ts';
import { isAboutLines, type RefusalCode, type RefusalOfLines } from '../refusals.ts';
import type { ReservationStatus } from '../reservation.ts';

/**
 * The fields of an answer that the naive ledger can predict. Fields that depend on when a due hold was given back are
 * left out: `updated_at`, a level's `reserved` (it counts due holds until then), and the effect of `expire`.
 */
export type Expected =
  | {
      readonly ok: true;
      readonly reservation: ExpectedReservation;
      readonly changed?: boolean;
      /** Of a cart only. */
      readonly created?: boolean;
    }
  | { readonly ok: true; readonly level: ExpectedLevel; readonly created: boolean }
  | { readonly ok: true; readonly levels: readonly ExpectedLevel[] }
  | { readonly ok: true; readonly deleted: true }
  | { readonly ok: true; readonly outcomes: readonly Expected[] }
  | { readonly ok: true; readonly order: ExpectedOrder }
  | { readonly ok: true; readonly granted: number }
  | ExpectedRefusal;

interface ExpectedOrder {
  readonly reservation_id: string | null;
  readonly effects: readonly OrderEffect[];
  readonly refused: RefusalCode | null;
}

export interface ExpectedRefusal {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly current_status: ReservationStatus | null;
  /** Those that are refused. Null: the refusal is not about units of lines. */
  readonly lines: RefusalOfLines['lines'] | null;
  /** Of an atomic batch: which part was refused, from 0. */
  readonly part: number | null;
}

const SEEN = [
  'id',
  'status',
  'order_id',
  'cart_id',
  'customer_id',
  'store_id',
  'source',
  'release_reason',
  'payment_reference',
  'extensions',
  'sourcing',
  'locations',
  'if_short',
  'wait_priority',
  'notify_before_seconds',
  'lines',
  'metadata',
  'version',
] as const;

const TIMES = [
  'created_at',
  'expires_at',
  'waiting_until',
  'held_at',
  'confirmed_at',
  'released_at',
  'expired_at',
  'cancelled_at',
  'fulfilled_at',
  'withdrawn_at',
] as const;

export interface ExpectedReservation extends Pick<ReservationView, (typeof SEEN)[number]> {
  /** The last sync for the Warehouse Gateway. */
  readonly warehouse_action: string | null;
  /** Apart from the rest: who cannot set the clock leaves them out. */
  readonly times: Pick<ReservationView, (typeof TIMES)[number]>;
}

const OF_LEVEL = [
  'sku',
  'location',
  'on_hand',
  'allocated',
  'safety_stock',
  'backorder_limit',
  'version',
] as const;

type ExpectedLevel = Pick<StockLevelView, (typeof OF_LEVEL)[number]>;

/** The part of an outcome that the naive ledger predicts: if the two differ, one of them is wrong. */
export function seenIn(outcome: Outcome, { kind }: Pick<Command, 'kind'>): Expected {
  if (!outcome.ok) return refusalSeenIn(outcome);
  if ('outcomes' in outcome) {
    return { ok: true, outcomes: outcome.outcomes.map((each) => seenIn(each, { kind: 'reserve' })) };
  }
  if ('level' in outcome) {
    return { ok: true, level: pick(outcome.level, OF_LEVEL), created: outcome.created };
  }
  if ('deleted' in outcome) return { ok: true, deleted: true };
  if ('levels' in outcome) {
    return { ok: true, levels: outcome.levels.map((level) => pick(level, OF_LEVEL)) };
  }
  if ('order' in outcome) {
    const { reservationId, refusal } = outcome.order;
    const effects = outcome.order.effects.map(({ reservationId: id, effect }) => ({
      reservationId: id,
      effect,
    }));
    return { ok: true, order: { reservation_id: reservationId, effects, refused: refusal?.code ?? null } };
  }
  if ('granted' in outcome) return { ok: true, granted: outcome.granted };
  if (!('reservation' in outcome)) throw new Error('the naive ledger knows nothing of such an answer');
  const reservation: ExpectedReservation = {
    ...pick(outcome.reservation, SEEN),
    warehouse_action: outcome.reservation.warehouse_sync?.action ?? null,
    times: pick(outcome.reservation, TIMES),
  };
  if (kind === 'expire') return { ok: true, reservation };
  const created = 'created' in outcome ? { created: outcome.created } : {};
  return { ok: true, reservation, changed: outcome.changed, ...created };
}

function refusalSeenIn({ refusal, part }: Extract<Outcome, { readonly ok: false }>): ExpectedRefusal {
  return {
    ok: false,
    code: refusal.code,
    current_status: ('currentStatus' in refusal && refusal.currentStatus) || null,
    lines: isAboutLines(refusal) ? refusal.lines : null,
    part: part ?? null,
  };
}

export function no(
  code: RefusalCode,
  of: { readonly status: ReservationStatus } | null = null,
  lines: RefusalOfLines['lines'] | null = null,
): ExpectedRefusal {
  return { ok: false, code, current_status: of?.status ?? null, lines, part: null };
}

function pick<T, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}
