import { type Database } from '@holdfast/db';
import { doAndKeep, IdempotencyKeyReused, type IdempotencyKey } from '@holdfast/idempotency';
import { type NextSync } from '@holdfast/warehouse';
import type { ReservationOutcome, ReservationView } from '@holdfast/domain';
import type { Answer as LedgerAnswer } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { Problem, problemOf } from '../http/problem.ts';
import type { Answer } from '../http/route.ts';

/**
 * A reservation command's outcome as an answer.
 *
 * @throws {Problem} when the command was refused
 */
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
 * Answers with what comes of work that is done once by itself, or with what came of it for the key
 * (`doAndKeep`). No transaction is open while it is done.
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

/** For a call that is done once for its key: says in the contract's words that the key was used before. */
export function refuseReusedKey(error: unknown): never {
  if (!(error instanceof IdempotencyKeyReused)) throw error;
  throw new Problem('idempotency_key_reused', error.message);
}

export async function enqueueRetried(
  { producer, log }: ApiContext,
  syncs: readonly NextSync[],
): Promise<void> {
  const jobs = syncs.map(({ id, action }) => ({ id, action }));
  await enqueueAfterCommit(log, { syncs: syncs.length }, () => producer.enqueueSyncs(jobs));
}
