import { decide, type Changes, type Outcome } from '@holdfast/domain';
import type { KeptOutcome } from '@holdfast/idempotency';
import { uuidv7 } from 'uuidv7';
import type { Answer, Entry } from './entry.ts';
import { namedId } from './named-id.ts';
import { KnownKeys, plan } from './replay.ts';
import type { Reading } from './read.ts';

/** A batch that is decided, and what it was decided on. */
export interface Decided {
  readonly reading: Reading;
  /** One for each entry, in their order. */
  readonly answers: readonly Answer[];
  readonly changes: Changes;
  /** What keyed calls are to be answered when they are repeated. */
  readonly kept: readonly KeptOutcome[];
  /** Whether some command found less stock than it asked for. */
  readonly isShort: boolean;
}

/**
 * Answers repeated calls from what is known, and decides all others, in order of arrival. Pure but for new
 * ids.
 */
export function decideBatch(entries: readonly Entry[], reading: Reading): Decided {
  const known = new KnownKeys(reading.knownKeys);
  const plans = entries.map((entry) => plan(entry, known));
  const commands = plans.flatMap((each) => (each.isKnown ? [] : [each.command]));
  const { outcomes, changes } = decide(reading.snapshot, commands, {
    now: reading.now,
    newId: uuidv7,
    idOf: namedId,
  });
  const next = outcomes[Symbol.iterator]();
  const kept: KeptOutcome[] = [];
  let isShort = false;
  const answers = plans.map((each, index) => {
    if (each.isKnown) return each.answer;
    const outcome = next.next().value as Outcome;
    isShort ||= entries[index]?.module.isShort(outcome) ?? false;
    const conclusion = each.conclude(outcome);
    kept.push(...conclusion.kept);
    return conclusion.answer;
  });
  return { reading, answers, changes, kept, isShort };
}
