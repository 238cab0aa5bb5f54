import { wait } from './backoff.ts';
import type { ConfirmReservation, CreateReservation, Reservation, WantedLine } from './generated/openapi.ts';
import type { Resources } from './generated/operations.ts';
import { isHoldfastError } from './holdfast-error.ts';

/** A create, or its lines alone. It takes all lines or is refused, unless `if_short` is `partial`. */
export type HoldRequest =
  | readonly WantedLine[]
  | (Omit<CreateReservation, 'confirm' | 'if_short' | 'wait_seconds' | 'wait_priority'> & {
      readonly if_short?: 'reject' | 'partial';
    });

/** A hold that is extended while the function runs. */
export interface Hold {
  readonly id: string;
  /** As it was created. */
  readonly reservation: Reservation;
  /** Aborted when the hold has ended too soon, or when the signal of the caller is. */
  readonly signal: AbortSignal;
}

export interface WithHoldOptions<Result> {
  /**
   * The body of the confirm. Default: `{ on_expired: 'reacquire' }`. If the hold has ended too soon, that
   * takes its stock again where it is still free.
   */
  readonly confirm?: ((result: Result) => ConfirmReservation) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Holds stock while `use` runs, as often extended as the service allows. Confirms the hold when `use` has
 * resolved, and releases it when `use` has thrown.
 *
 * @throws {HoldfastError} of the create or of the confirm, or what `use` throws
 */
export async function withHold<Result>(
  reservations: Resources['reservations'],
  wanted: HoldRequest,
  use: (hold: Hold) => Promise<Result>,
  { confirm = () => ({ on_expired: 'reacquire' }), signal }: WithHoldOptions<Result> = {},
): Promise<{ readonly result: Result; readonly reservation: Reservation }> {
  const body = 'lines' in wanted ? wanted : { lines: [...wanted] };
  const askedAt = performance.now();
  const reservation = await reservations.create(body, { signal });
  const { id } = reservation;
  const ended = new AbortController();
  const onAbort = () => ended.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const stop = new AbortController();
  const held = { reservation, askedAt, ttlSeconds: body.ttl_seconds };
  const extending = keepAlive(reservations, held, stop.signal).then(
    (reason) => ended.abort(reason),
    () => {}, // stopped
  );
  try {
    const result = await orRelease(reservations, id, () => use({ id, reservation, signal: ended.signal }));
    return { result, reservation: await reservations.confirm(id, confirm(result)) };
  } finally {
    stop.abort();
    signal?.removeEventListener('abort', onAbort);
    await extending;
  }
}

async function orRelease<Result>(
  reservations: Resources['reservations'],
  id: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const reason = 'the work for which it was held has failed';
    await reservations.release(id, { reason }).catch(() => {}); // it then ends by itself
    throw error;
  }
}

interface Held {
  readonly reservation: Reservation;
  /** Before the hold began, by the clock of this machine. */
  readonly askedAt: number;
  readonly ttlSeconds: number | undefined;
}

/** How long before its end a hold is extended: a quarter of its time, and at most this. */
const MARGIN_MAX_MS = 30_000;
const RETRY_MS = 1_000;

/**
 * Extends the hold shortly before it ends, since the service allows few extensions. Times of the service are
 * only compared with each other: the clock of this machine may be wrong.
 *
 * @returns why the hold has ended
 * @throws when it is stopped
 */
async function keepAlive(
  reservations: Resources['reservations'],
  { reservation, askedAt, ttlSeconds }: Held,
  stop: AbortSignal,
): Promise<unknown> {
  let expiresAt = timeOf(reservation.expires_at);
  let endsAt = askedAt + (expiresAt - timeOf(reservation.held_at));
  let reason: unknown = new Error('The hold has ended');
  let marginMs = marginOf(endsAt - askedAt);
  while (performance.now() < endsAt) {
    await wait(Math.max(0, endsAt - marginMs - performance.now()), stop);
    const body = ttlSeconds === undefined ? {} : { ttl_seconds: ttlSeconds };
    try {
      const extended = await reservations.extend(reservation.id, body, { signal: stop });
      const gainedMs = timeOf(extended.expires_at) - expiresAt;
      expiresAt += gainedMs;
      endsAt += gainedMs;
      marginMs = gainedMs > 0 ? marginOf(endsAt - performance.now()) : 0;
    } catch (error) {
      reason = error;
      if (isHoldfastError(error, 'reservation_expired', 'invalid_transition', 'reservation_not_found')) break;
      const isLast = isHoldfastError(error, 'extension_limit_reached');
      marginMs = isLast ? 0 : Math.max(0, marginMs - RETRY_MS);
    }
  }
  return reason;
}

const marginOf = (lifetimeMs: number): number => Math.min(MARGIN_MAX_MS, lifetimeMs / 4);

const timeOf = (time: string | null): number => Date.parse(time ?? '');
