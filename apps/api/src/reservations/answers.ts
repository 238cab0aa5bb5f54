import type { Database } from '@holdfast/db';
import { doAndKeep, doOnce, IdempotencyKeyReused, type IdempotencyKey } from '@holdfast/idempotency';
import type { ReservationOutcome, ReservationView } from '@holdfast/domain';
import type { Answer as LedgerAnswer } from '@holdfast/ledger';
import { Problem, problemOf } from '../http/problem.ts';
import type { Answer } from '../http/route.ts';

/** A reservation command's outcome as an answer. @throws {Problem} when the command was refused */
export function answerWithReservation(
  { outcome, replayed }: LedgerAnswer<ReservationOutcome>,
  status: number,
  headersOf: (reservation: ReservationView) => Readonly<Record<string, string>> = () => ({}),
): Answer {
  const replay = replayHeader(replayed);
  if (!outcome.ok) throw problemOf(outcome.refusal, replay);
  return { status, body: outcome.reservation, headers: { ...headersOf(outcome.reservation), ...replay } };
}

export function replayHeader(replayed: boolean): Readonly<Record<string, string>> {
  return replayed ? { 'Idempotent-Replayed': 'true' } : {};
}

/**
 * Answers with the result of work, or with what was kept for the key. No transaction is open meanwhile.
 *
 * @throws {Problem} `idempotency_key_reused`, or what the work throws, which no key remembers
 */
export async function answerOnce(
  { prisma }: Database,
  call: IdempotencyKey | null,
  status: number,
  work: () => Promise<object>,
): Promise<Answer> {
  const { outcome, replayed } = await doAndKeep(prisma, call, work).catch(refuseReusedKey);
  return { status, body: outcome, headers: replayHeader(replayed) };
}

/** As `doOnce` of packages/idempotency. @throws {Problem} `idempotency_key_reused`, or what the work throws */
export const doOnceForKey: typeof doOnce = (...call) => doOnce(...call).catch(refuseReusedKey);

/** @throws {Problem} `idempotency_key_reused`, or any other error as it is */
export function refuseReusedKey(error: unknown): never {
  if (!(error instanceof IdempotencyKeyReused)) throw error;
  throw new Problem('idempotency_key_reused', error.message);
}
