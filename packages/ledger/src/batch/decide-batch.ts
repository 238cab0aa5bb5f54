import { decide, type Changes, type Outcome } from '@holdfast/domain';
import { uuidv7 } from 'uuidv7';
import type { Answer, Entry } from './entry.ts';
import { namedId } from './named-id.ts';
import { KnownKeys, plan } from './replay.ts';
import type { Reading } from './read.ts';
import type { KeptOutcome } from './write.ts';

/** A batch that is decided and not written yet. */
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

/** Answers repeated calls from what is known, and decides all others, in order of arrival. Pure but for new ids. */
export function decideBatch(entries: readonly Entry[], reading: Reading): Decided {
  const known = new KnownKeys(reading.knownKeys);
  const plans = entries.map((entry) => plan(entry, known));
  const commands = plans.flatMap((each) => ('command' in each ? [each.command] : []));
  const { outcomes, changes } = decide(reading.snapshot, commands, {
    now: reading.now,
    newId: uuidv7,
    idOf: namedId,
  });
  const next = outcomes[Symbol.iterator]();
  const kept: KeptOutcome[] = [];
  const answers = plans.map((each) => {
    if ('answer' in each) return each.answer;
    const conclusion = each.conclude(next.next().value as Outcome);
    kept.push(...conclusion.kept);
    return conclusion.answer;
  });
  return { reading, answers, changes, kept, isShort: outcomes.some(foundTooLittle) };
}

function foundTooLittle(outcome: Outcome): boolean {
  if ('outcomes' in outcome) return outcome.outcomes.some(foundTooLittle);
  const refusal = outcome.ok ? ('order' in outcome ? outcome.order.refusal : null) : outcome.refusal;
  return refusal?.code === 'insufficient_stock';
}
