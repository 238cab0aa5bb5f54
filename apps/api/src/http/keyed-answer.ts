import type { Database } from '@holdfast/db';
import { doAndKeep, doOnce, IdempotencyKeyReused, type IdempotencyKey } from '@holdfast/idempotency';
import type { Refused } from '@holdfast/domain';
import { Problem, problemOf } from './problem.ts';
import type { Answer } from './route.ts';

export function replayHeader(replayed: boolean): Readonly<Record<string, string>> {
  return replayed ? { 'Idempotent-Replayed': 'true' } : {};
}

/** What a command has done, with the header of a replay. @throws {Problem} of its refusal */
export function accepted<Done extends { readonly ok: true }>({
  outcome,
  replayed,
}: {
  readonly outcome: Done | Refused;
  readonly replayed: boolean;
}) {
  const replay = replayHeader(replayed);
  if (!outcome.ok) throw problemOf(outcome.refusal, replay);
  return { outcome, replay };
}

/**
 * Answers with the result of work, or with the stored outcome of the key. No transaction is open meanwhile.
 *
 * @param show makes the answer from the stored outcome
 * @throws {Problem} `idempotency_key_reused`, or an error of the work, which is not stored
 */
export async function answerOnce<Outcome extends object & { readonly secret?: never }>(
  { prisma }: Database,
  call: IdempotencyKey | null,
  status: number,
  work: () => Promise<Outcome>,
  show: (outcome: Outcome) => object = (outcome) => outcome,
): Promise<Answer> {
  const { outcome, replayed } = await doAndKeep(prisma, call, work).catch(refuseReusedKey);
  return { status, body: show(outcome), headers: replayHeader(replayed) };
}

/**
 * As `doOnce` of packages/idempotency. @throws {Problem} `idempotency_key_reused`, or what the work throws
 */
export const doOnceForKey: typeof doOnce = (...call) => doOnce(...call).catch(refuseReusedKey);

/** @throws {Problem} `idempotency_key_reused`, or any other error as it is */
export function refuseReusedKey(error: unknown): never {
  if (!(error instanceof IdempotencyKeyReused)) throw error;
  throw new Problem('idempotency_key_reused', error.message);
}
