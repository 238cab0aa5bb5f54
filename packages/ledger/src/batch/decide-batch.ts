import { hash } from 'node:crypto';
import { decide, type Changes, type Outcome } from '@holdfast/domain';
import { UUID } from 'uuidv7';
import { newId } from '../new-id.ts';
import type { Answer, Entry } from './entry.ts';
import type { KnownKey } from './outcome-row.ts';
import { KnownKeys, plan } from './replay.ts';
import type { Reading } from './read.ts';

/** A batch that is decided, and what it was decided on. */
export interface Decided {
  readonly reading: Reading;
  /** One for each entry, in their order. */
  readonly answers: readonly Answer[];
  readonly changes: Changes;
  /** What keyed calls are to be answered when they are repeated. */
  readonly kept: readonly KnownKey[];
  /** Whether some command found less stock than it asked for. */
  readonly isShort: boolean;
}

/** Answers repeated calls from what is known, and decides the others in order. Pure but for new ids. */
export function decideBatch(entries: readonly Entry[], reading: Reading): Decided {
  const known = new KnownKeys(reading.knownKeys);
  const plans = entries.map((entry) => plan(entry, known));
  const commands = plans.flatMap((each) => (each.isKnown ? [] : [each.command]));
  const traces = entries.flatMap(({ trace }, index) => (plans[index]?.isKnown ? [] : [trace]));
  const clock = { now: reading.now, newId, idOf: namedId };
  const { outcomes, changes } = decide(reading.snapshot, commands, clock, traces);
  const next = outcomes[Symbol.iterator]();
  const kept: KnownKey[] = [];
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

/**
 * The id of an event that is published only once: a UUIDv7 (RFC 9562, 5.7) whose first 48 bits are the time,
 * and whose others are of a hash of the name.
 *
 * @param at epoch milliseconds
 */
function namedId(name: string, at: number): string {
  const bytes = hash('sha256', name, 'buffer').subarray(0, 16);
  bytes.writeUIntBE(at, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return UUID.ofInner(bytes).toString();
}
