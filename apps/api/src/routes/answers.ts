import {
  findOutcome,
  IdempotencyKeyReused,
  keepOutcome,
  type Database,
  type IdempotencyKey,
  type NextSync,
} from '@holdfast/db';
import type { ReservationView } from '@holdfast/domain';
import type { Answer as LedgerAnswer } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { Problem, problemOf } from '../http/problem.ts';
import type { Answer } from '../http/route.ts';

/**
 * A reservation command's outcome as an answer.
 *
 * @throws {Problem} when the command was refused
 */
export function answerWithReservation(
  { outcome, replayed }: LedgerAnswer,
  status: number,
  headersOf: (reservation: ReservationView) => Readonly<Record<string, string>> = () => ({}),
): Answer {
  const replay = replayHeader(replayed);
  if (!outcome.ok) throw problemOf(outcome.refusal, replay);
  if (!('reservation' in outcome)) throw new Error('a reservation command was answered with something else');
  return { status, body: outcome.reservation, headers: { ...headersOf(outcome.reservation), ...replay } };
}

export function replayHeader(replayed: boolean): Readonly<Record<string, string>> {
  return replayed ? { 'Idempotent-Replayed': 'true' } : {};
}

/**
 * For work that is done once by itself, with or without a key: the key only has the same told again, without another look.
 * No transaction is open while it is done.
 *
 * @throws {Problem} `idempotency_key_reused`, or what the work throws, which no key remembers
 */
export async function answerOnce(
  { prisma }: Database,
  call: IdempotencyKey | null,
  status: number,
  work: () => Promise<object>,
): Promise<Answer> {
  const kept = call && (await findOutcome(prisma, call).catch(refuseReusedKey));
  if (kept) return { status, body: kept, headers: replayHeader(true) };
  const body = await work();
  if (call) await keepOutcome(prisma, call, body);
  return { status, body };
}

/** For a call that is done once for its key: says in the contract's words that the key was used before. */
export function refuseReusedKey(error: unknown): never {
  if (!(error instanceof IdempotencyKeyReused)) throw error;
  throw new Problem(
    'idempotency_key_reused',
    'This idempotency key was used with another request. Use a new key for a new request.',
  );
}

/** The queue may be away; then each worker's own timer finds the syncs that wait. */
export async function enqueueRetried(
  { producer, log }: ApiContext,
  syncs: readonly NextSync[],
): Promise<void> {
  try {
    await producer.enqueueSyncs(syncs.map(({ id, action }) => ({ id, action })));
  } catch (error) {
    log.warn('queue.enqueue_failed', { error, syncs: syncs.length });
  }
}
