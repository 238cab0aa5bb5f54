import { isRepeat, nameOf, type IdempotencyKey } from '@holdfast/idempotency';
import type { Answer, Described } from './batch/entry.ts';
import { keyReused } from './batch/replay.ts';
import { CallerGone } from './ledger-errors.ts';
import type { Caller } from './pending-list.ts';

interface CallInFlight {
  readonly fingerprint: string;
  readonly callers: Caller[];
  readonly answer: Promise<Answer>;
}

interface KeyedCall extends Pick<Described, 'module'> {
  readonly key: IdempotencyKey;
  readonly caller: Caller;
}

/** This process's unanswered calls that have a key. A later call with the same key joins the first. */
export class KeysInFlight {
  readonly #calls = new Map<string, CallInFlight>();

  /**
   * Answers a call as the one that it joins.
   *
   * @param decide called when it is the first. Callers that join are added to those that it gets
   */
  answer(call: KeyedCall, decide: (callers: readonly Caller[]) => Promise<Answer>): Promise<Answer> {
    const name = nameOf(call.key);
    const first = this.#calls.get(name);
    if (first) return this.#join(first, call, decide);
    const callers = [call.caller];
    const answer = decide(callers).finally(() => this.#calls.delete(name));
    this.#calls.set(name, { fingerprint: call.key.fingerprint, callers, answer });
    return answer;
  }

  async #join(
    first: CallInFlight,
    call: KeyedCall,
    decide: (callers: readonly Caller[]) => Promise<Answer>,
  ): Promise<Answer> {
    const { key, caller, module } = call;
    first.callers.push(caller);
    const joined = await first.answer.catch((error: unknown) => {
      if (error instanceof CallerGone && !caller.aborted) return null; // given up before this caller joined
      throw error;
    });
    // An outcome that is not stored under the key is decided again, as for a call that arrives later.
    if (!joined || !module.isKept(joined.outcome)) return this.answer(call, decide);
    const { outcome } = joined;
    return isRepeat(key, first) ? { outcome, replayed: true } : { outcome: keyReused(), replayed: false };
  }
}
