import type { IdempotencyKey } from '@holdfast/db';
import {
  isKeptForReplay,
  orderNamedBy,
  type Command,
  type Outcome,
  type ReserveBatchCommand,
} from '@holdfast/domain';
import type { Answer, Entry } from './entry.ts';
import type { KnownKey } from './context.ts';
import type { KeptOutcome } from './write.ts';

/** What is to become of an entry: answered from what is known, or decided. */
export type Plan =
  | { readonly answer: Answer }
  | {
      readonly command: Command;
      /** The answer to the entry, and what is kept for its keys, once the command's outcome is there. */
      readonly conclude: (outcome: Outcome) => Conclusion;
    };

interface Conclusion {
  readonly answer: Answer;
  readonly kept: readonly KeptOutcome[];
}

/** The keys of a batch that earlier calls have used. */
export class KnownKeys {
  readonly #known: ReadonlyMap<string, KnownKey>;

  constructor(known: readonly KnownKey[]) {
    this.#known = new Map(known.map((key) => [nameOf(key), key]));
  }

  /** The answer to a call whose key is known; null when it must be decided. */
  answerTo(asked: IdempotencyKey | null): Answer | null {
    const earlier = asked && this.#known.get(nameOf(asked));
    if (!earlier) return null;
    return earlier.fingerprint === asked.fingerprint
      ? { outcome: earlier.outcome, replayed: true }
      : { outcome: keyReused(), replayed: false };
  }
}

/** Says what of an entry must be decided, after what its keys are known to have been answered. */
export function plan(entry: Entry, known: KnownKeys): Plan {
  const { command, idempotency, partKeys } = entry;
  const answer = known.answerTo(idempotency);
  if (answer) return { answer };
  if (command.kind === 'reserve-batch' && partKeys?.some((key) => key !== null)) {
    return planBatch(command, partKeys, known);
  }
  return {
    command,
    conclude: (outcome) => ({
      answer: { outcome, replayed: false },
      kept: isKept(command, outcome) ? keep(idempotency, outcome) : [],
    }),
  };
}

/** A batch whose reservations have keys of their own: those that are known are not decided again. */
function planBatch(
  command: ReserveBatchCommand,
  keys: readonly (IdempotencyKey | null)[],
  known: KnownKeys,
): Plan {
  const answers = keys.map((key) => known.answerTo(key));
  const refused = answers.findIndex((answer) => answer?.outcome.ok === false);
  const refusal = answers[refused];
  if (refusal && command.atomic) return { answer: ofPart(refused, refusal) };
  const open = answers.flatMap((answer, index) => (answer ? [] : [index]));
  return {
    command: { ...command, reservations: open.flatMap((index) => command.reservations[index] ?? []) },
    conclude(outcome) {
      if (!outcome.ok) {
        const part = open[outcome.part ?? 0] ?? 0;
        const ofItsOwn: Outcome = { ok: false, refusal: outcome.refusal };
        return {
          answer: ofPart(part, { outcome: ofItsOwn, replayed: false }),
          kept: keep(keys[part] ?? null, ofItsOwn),
        };
      }
      const decided = 'outcomes' in outcome ? outcome.outcomes : [];
      const outcomes = answers.map((answer, index) => answer?.outcome ?? decided[open.indexOf(index)]);
      return {
        answer: {
          outcome: { ok: true, outcomes: outcomes.filter((each) => each !== undefined) },
          replayed: false,
          replayedParts: answers.map((answer) => answer?.replayed ?? false),
        },
        kept: open.flatMap((index) => keep(keys[index] ?? null, outcomes[index])),
      };
    },
  };
}

/** The refusal of one part as that of the whole batch. */
function ofPart(part: number, { outcome, replayed }: Answer): Answer {
  return { outcome: outcome.ok ? outcome : { ...outcome, part }, replayed };
}

function keep(key: IdempotencyKey | null, outcome: Outcome | undefined): KeptOutcome[] {
  return key && outcome && (outcome.ok || isKeptForReplay(outcome.refusal)) ? [{ ...key, outcome }] : [];
}

/** Whether a repeat with the same key gets this outcome again. What an event of an order comes to, only if all of it was done. */
export function isKept(command: Command, outcome: Outcome): boolean {
  if (outcome.ok) return !('order' in outcome && outcome.order.isUnfinished);
  return orderNamedBy(command) === null && isKeptForReplay(outcome.refusal);
}

export function keyReused(): Outcome {
  return {
    ok: false,
    refusal: {
      code: 'idempotency_key_reused',
      detail: 'This idempotency key was used with another request. Use a new key for a new request.',
    },
  };
}

/** One string for caller, path and key. */
export function nameOf({ caller, path, key }: { caller: string; path: string; key: string }): string {
  return JSON.stringify([caller, path, key]);
}
