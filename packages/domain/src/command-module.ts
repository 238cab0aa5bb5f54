import type { Draft } from './draft.ts';
import type { Refused } from './outcome.ts';
import { isForLackOfUnits, isKeptForReplay } from './refusals.ts';
import type { Targets } from './targets.ts';

/** The caller, as movements record it: the name of the API key or of the job. */
export interface Asked {
  readonly caller: string;
}

/** Fields of every outcome. */
type AnyOutcome = { readonly ok: true } | Refused;

export interface CommandModule<C extends { readonly kind: string }, Outcome extends AnyOutcome> {
  targets(command: C): Targets;
  /** How much of a batch it takes, in lines. Default: 1. */
  weight(command: C): number;
  /** Whether it needs a separate batch, which may take long. */
  readonly needsOwnBatch: boolean;
  /**
   * Decides it on the result of the commands before it. A refusal changes nothing.
   *
   * @throws {Error} when the snapshot lacks what it needs
   */
  decide(draft: Draft, command: C): Outcome;
  /** Whether it found too little stock, which due holds may still have. */
  isShort(outcome: Outcome | Refused): boolean;
  /** Whether a repeat with the same idempotency key gets this outcome again. */
  isKept(outcome: Outcome | Refused): boolean;
  /** Null: it has no parts with idempotency keys of their own. */
  readonly parts: CommandParts<C, Outcome> | null;
}

/** How a command of several parts is taken apart, and its outcome put together. Parts count from 0. */
interface CommandParts<C, Outcome> {
  /** Whether a part that is refused refuses all. */
  isAtomic(command: C): boolean;
  /** The command with some of its parts only. */
  pick(command: C, parts: readonly number[]): C;
  outcomesOf(outcome: Outcome): readonly PartOf<Outcome>[];
  outcomeOf(outcomes: readonly PartOf<Outcome>[]): Outcome;
}

type PartOf<Outcome> = Outcome extends { readonly outcomes: readonly (infer Part)[] } ? Part : never;

type WithDefault = 'weight' | 'needsOwnBatch' | 'isShort' | 'isKept' | 'parts';

export function defineCommand<C extends { readonly kind: string }, Outcome extends AnyOutcome>(
  command: Omit<CommandModule<C, Outcome>, WithDefault> & Partial<CommandModule<C, Outcome>>,
): CommandModule<C, Outcome> {
  return {
    weight: () => 1,
    needsOwnBatch: false,
    isShort: isRefusedAsShort,
    isKept: isKeptByDefault,
    parts: null,
    ...command,
  };
}

export function isRefusedAsShort(outcome: AnyOutcome): boolean {
  return !outcome.ok && isForLackOfUnits(outcome.refusal);
}

function isKeptByDefault(outcome: AnyOutcome): boolean {
  return outcome.ok || isKeptForReplay(outcome.refusal);
}
