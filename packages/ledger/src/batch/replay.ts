import {
  isRepeat,
  nameOf,
  REUSED_KEY_DETAIL,
  type IdempotencyKey,
  type KeptOutcome,
} from '@holdfast/idempotency';
import { isKeptForReplay, type Command, type Outcome, type Refused } from '@holdfast/domain';
import type { Answer, Entry } from './entry.ts';
import { outcomeOf, outcomeRow, type KnownKey, type OutcomeRow } from './outcome-row.ts';

/** What is to become of an entry: answered from what is known, or decided. */
export type Plan =
  | { readonly isKnown: true; readonly answer: Answer }
  | {
      readonly isKnown: false;
      readonly command: Command;
      /** The answer to the entry, and what is kept for its keys, once the command's outcome is there. */
      readonly conclude: (outcome: Outcome) => Conclusion;
    };

type Parts = NonNullable<Entry['module']['parts']>;

/** What is kept for the key of a part is the outcome of such a part. */
type PartOutcome = Parameters<Parts['outcomeOf']>[0][number];

interface Conclusion {
  readonly answer: Answer;
  readonly kept: readonly KnownKey[];
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
    return earlier ? answerFromKept(asked, earlier) : null;
  }
}

/** The answer to a call whose key an earlier one has used. @param earlier of a ledger's command */
export function answerFromKept(asked: IdempotencyKey, earlier: KeptOutcome): Answer {
  return isRepeat(asked, earlier)
    ? { outcome: outcomeOf(earlier.outcome as OutcomeRow), replayed: true }
    : { outcome: keyReused(), replayed: false };
}

/** Says what of an entry must be decided, after what its keys are known to have been answered. */
export function plan(entry: Entry, known: KnownKeys): Plan {
  const { command, module, idempotency, partKeys } = entry;
  const answer = known.answerTo(idempotency);
  if (answer) return { isKnown: true, answer };
  if (module.parts && partKeys?.some((key) => key !== null)) {
    return planParts(command, module.parts, { keys: partKeys, known });
  }
  return {
    isKnown: false,
    command,
    conclude: (outcome) => ({
      answer: { outcome, replayed: false },
      kept: idempotency && module.isKept(outcome) ? [{ ...idempotency, outcome: outcomeRow(outcome) }] : [],
    }),
  };
}

/** A command whose parts have keys of their own: those that are known are not decided again. */
function planParts(
  command: Command,
  parts: Parts,
  { keys, known }: { readonly keys: readonly (IdempotencyKey | null)[]; readonly known: KnownKeys },
): Plan {
  const answers = keys.map((key) => known.answerTo(key));
  const refused = answers.findIndex((answer) => answer?.outcome.ok === false);
  const refusal = answers[refused];
  if (refusal && parts.isAtomic(command)) return { isKnown: true, answer: ofPart(refused, refusal) };
  const open = answers.flatMap((answer, index) => (answer ? [] : [index]));
  return {
    isKnown: false,
    command: parts.pick(command, open),
    conclude(outcome) {
      if (!outcome.ok) {
        const part = open[outcome.part ?? 0] ?? 0;
        const ofItsOwn: Outcome = { ok: false, refusal: outcome.refusal };
        return {
          answer: ofPart(part, { outcome: ofItsOwn, replayed: false }),
          kept: keep(keys[part] ?? null, ofItsOwn),
        };
      }
      const decided = parts.outcomesOf(outcome);
      const outcomes = answers.flatMap(
        (answer, index) => answer?.outcome ?? decided[open.indexOf(index)] ?? [],
      ) as PartOutcome[];
      return {
        answer: {
          outcome: parts.outcomeOf(outcomes),
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

function keep(key: IdempotencyKey | null, outcome: Outcome | undefined): KnownKey[] {
  return key && outcome && (outcome.ok || isKeptForReplay(outcome.refusal))
    ? [{ ...key, outcome: outcomeRow(outcome) }]
    : [];
}

export function keyReused(): Refused {
  return {
    ok: false,
    refusal: { code: 'idempotency_key_reused', detail: REUSED_KEY_DETAIL },
  };
}
