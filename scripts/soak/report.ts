import { writeResult, type Machine } from '@holdfast/bench/results';
import { nameColumn, paragraphs, table } from '@holdfast/bench/table';

/** The findings of a round, and the command that repeats it. */
export interface Violation {
  readonly kind: 'model' | 'faults';
  readonly seed: number;
  readonly repeat: string;
  readonly found: readonly string[];
}

export type SoakTally = ReturnType<typeof newTally>;

/** What the run has been through. */
export function newTally() {
  return {
    minutes: 0,
    rounds: 0,
    model: { rounds: 0, commands: 0, answersChecked: 0, outcomes: {} as Counts },
    faults: { rounds: 0, commands: 0, checks: 0, answers: {} as Counts, faults: {} as Counts },
    violation: null as Violation | null,
  };
}

type Counts = Record<string, number>;

export function addTo(sums: Counts, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) sums[name] = (sums[name] ?? 0) + count;
}

export function writeReport(
  machine: Machine,
  settings: { readonly seed: number; readonly minutes: number },
  tally: SoakTally,
): void {
  const { seed, minutes } = settings;
  const markdown = paragraphs(
    '# Soak: nothing is oversold, nothing acknowledged is lost',
    `\`npm run test:soak -- --minutes ${minutes} --seed ${seed}\``,
    section(tally),
  );
  writeResult('soak', machine, { markdown, figures: { seed, minutes, tally } });
}

function section({ minutes, model, faults, violation }: SoakTally): string {
  const rounds = [
    { name: 'ledgers against the model', ...model, checks: model.answersChecked },
    { name: 'whole processes with faults', ...faults },
  ];
  return paragraphs(
    `${minutes.toFixed(1)} minutes`,
    table(rounds, [
      nameColumn,
      ['rounds', ({ rounds }) => rounds],
      ['commands', ({ commands }) => commands],
      ['checks', ({ checks }) => checks],
    ]),
    counts('outcome of the model’s commands', model.outcomes),
    counts('answer of the APIs', faults.answers),
    counts('fault', faults.faults),
    violation
      ? `**Violated** (${violation.kind}, seed ${violation.seed}): ${violation.found[0]}`
      : 'No violation.',
  );
}

function counts(what: string, of: Readonly<Counts>): string {
  const rows = Object.entries(of).toSorted(([, one], [, other]) => other - one);
  return table(rows, [
    [what, ([name]) => name],
    ['times', ([, count]) => count],
  ]);
}
