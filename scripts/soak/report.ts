import type { Locking } from '@holdfast/ledger';
import { writeResult, type Machine } from '../bench/results.ts';

/** What one strategy has been through. */
export interface SoakTally {
  readonly locking: Locking;
  minutes: number;
  rounds: number;
  readonly model: {
    rounds: number;
    commands: number;
    answersChecked: number;
    outcomes: Record<string, number>;
  };
  readonly faults: {
    rounds: number;
    commands: number;
    checks: number;
    answers: Record<string, number>;
    faults: Record<string, number>;
  };
  violation: Violation | null;
}

/** What was wrong, and what repeats the round. */
export interface Violation {
  readonly kind: 'model' | 'faults';
  readonly seed: number;
  readonly repeat: string;
  readonly found: readonly string[];
}

export function newTally(locking: Locking): SoakTally {
  return {
    locking,
    minutes: 0,
    rounds: 0,
    model: { rounds: 0, commands: 0, answersChecked: 0, outcomes: {} },
    faults: { rounds: 0, commands: 0, checks: 0, answers: {}, faults: {} },
    violation: null,
  };
}

export function addTo(sums: Record<string, number>, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) sums[name] = (sums[name] ?? 0) + count;
}

export function writeReport(
  machine: Machine,
  settings: { readonly seed: number; readonly minutes: number },
  strategies: readonly SoakTally[],
): void {
  const { seed, minutes } = settings;
  const command = `\`npm run test:soak -- --minutes ${minutes} --seed ${seed}\``;
  const text = ['# Soak: nothing is oversold, nothing acknowledged is lost', '', command, ''];
  const markdown = [...text, ...strategies.flatMap(section)].join('\n').trimEnd();
  writeResult('soak', machine, markdown, { seed, minutes, strategies });
}

function section({ locking, minutes, model, faults, violation }: SoakTally): string[] {
  return [
    `## ${locking}, ${minutes.toFixed(1)} minutes`,
    '',
    '| | rounds | commands | checks |',
    '|---|---:|---:|---:|',
    `| ledgers against the model | ${n(model.rounds)} | ${n(model.commands)} | ${n(model.answersChecked)} |`,
    `| whole processes with faults | ${n(faults.rounds)} | ${n(faults.commands)} | ${n(faults.checks)} |`,
    '',
    ...counts('outcome of the model’s commands', model.outcomes),
    ...counts('answer of the APIs', faults.answers),
    ...counts('fault', faults.faults),
    violation
      ? `**Violated** (${violation.kind}, seed ${violation.seed}): ${violation.found[0]}`
      : 'No violation.',
    '',
  ];
}

function counts(what: string, of: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(of).toSorted(([, one], [, other]) => other - one);
  return [
    `| ${what} | times |`,
    '|---|---:|',
    ...rows.map(([name, count]) => `| ${name} | ${count.toLocaleString('en')} |`),
    '',
  ];
}

const n = (count: number): string => count.toLocaleString('en');
