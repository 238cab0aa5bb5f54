/** Compares the figures of a report with those of the report before. */
import { z } from 'zod';
import { medianOf } from './statistics.ts';
import { paragraphs, table, type Column } from './table.ts';

/** What is compared of a row, if it has it: a figure of its own, or the median of its rounds. */
const COMPARED = {
  perSecond: 'a second',
  p50Ms: 'p50 ms',
  p99Ms: 'p99 ms',
  share: 'share',
  multiple: 'multiple',
  value: 'value',
} as const;
type Compared = keyof typeof COMPARED;

/** NaN: it has none. */
type Figures = Readonly<Record<Compared, number>>;

const NAMES = Object.keys(COMPARED) as Compared[];

const described = z.object({ machine: z.object({ at: z.string(), commit: z.string() }) });

/**
 * How the rows of a report have changed, in percent. A row is known by its place in the figures.
 *
 * @param before the JSON of the report before, as text
 * @param now the figures of this one
 * @returns null when the two have no row in common
 */
export function changesSince(before: string, now: object): string | null {
  const parsed: unknown = JSON.parse(before);
  const { commit, at } = described.parse(parsed).machine;
  const rowsBefore = new Map(rowsIn(parsed).map(({ place, figures }) => [place, figures]));
  const rows = rowsIn(now).map(({ name, place, figures }) => {
    const was = rowsBefore.get(place);
    return { name, place, changes: NAMES.map((each) => figures[each] / (was?.[each] ?? Number.NaN) - 1) };
  });
  const shown = rows.filter(({ changes }) => changes.some(Number.isFinite));
  if (shown.length === 0) return null;
  const isUnique = (name: string) => shown.filter((row) => row.name === name).length === 1;
  return paragraphs(
    `Change since the report before (commit ${commit}, ${at}):`,
    table(shown, [
      ['', ({ name, place }) => (isUnique(name) ? name : place)],
      ...NAMES.flatMap((name, index): Column<(typeof shown)[number]>[] =>
        shown.some(({ changes }) => Number.isFinite(changes[index]))
          ? [[COMPARED[name], ({ changes }) => changes[index], percent]]
          : [],
      ),
    ]),
  );
}

const percent = (change: number): string =>
  Number.isFinite(change) ? `${change < 0 ? '' : '+'}${(change * 100).toFixed(0)}%` : '-';

interface Row {
  readonly name: string;
  /** The keys and names on the way to it. */
  readonly place: string;
  readonly figures: Figures;
}

/** Everything that has a name (of a finding: `what`), at any depth. */
function rowsIn(value: unknown, path: readonly string[] = []): readonly Row[] {
  if (Array.isArray(value)) return value.flatMap((each) => rowsIn(each, path));
  if (typeof value !== 'object' || value === null) return [];
  const fields = new Map<string, unknown>(Object.entries(value));
  const name = fields.get('name') ?? fields.get('what');
  const [here, rows] =
    typeof name === 'string'
      ? [[...path, name], [{ name, place: [...path, name].join(', '), figures: figuresOf(fields) }]]
      : [path, []];
  const further = [...fields].filter(([key]) => key !== 'rounds');
  return [...rows, ...further.flatMap(([key, each]) => rowsIn(each, [...here, key]))];
}

const roundsOfFigures = z.array(z.record(z.string(), z.unknown()));

function figuresOf(fields: ReadonlyMap<string, unknown>): Figures {
  const rounds = roundsOfFigures.safeParse(fields.get('rounds')).data ?? [];
  const figureOf = (name: Compared) => fields.get(name) ?? medianOf(rounds, (round) => numberIn(round[name]));
  return Object.fromEntries(NAMES.map((name) => [name, numberIn(figureOf(name))])) as Figures;
}

/** What JSON has for a number that is not known is null. */
const numberIn = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
