import { queuePlaces, type QueuePlace } from './options.ts';
import { NO_GOAL, table, verdict, whole, type Column } from './table.ts';

/** A figure, and what it should be. */
export interface Finding {
  readonly what: string;
  readonly value: number;
  readonly goal?: Goal | undefined;
}

export interface Goal {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What was found with the queues in each place. */
export type FindingsByPlace = Readonly<Partial<Record<QueuePlace, readonly Finding[]>>>;

/** All of them, and not one more. */
export const exactly = (count: number): Goal => ({ atLeast: count, atMost: count });

/** A row for each figure, a column for each place, and the verdict on all of them; a figure that misses its goal is bold. */
export function findingsTable(findings: FindingsByPlace): string {
  const names = new Set(Object.values(findings).flatMap((found) => found.map(({ what }) => what)));
  const rows = [...names].map((what) => ({
    what,
    on: (place: QueuePlace) => findings[place]?.find((each) => each.what === what),
  }));
  type Row = (typeof rows)[number];
  const all = ({ on }: Row) => queuePlaces.flatMap((place) => on(place) ?? []);
  return table(rows, [
    ['', ({ what }) => what],
    ...queuePlaces.map((place): Column<Row> => [`queues in ${place}`, ({ on }) => show(on(place))]),
    [
      'target',
      (row) => {
        const [{ goal } = {}] = all(row);
        return goal ? verdict(words(goal), all(row).every(isMet)) : NO_GOAL;
      },
    ],
  ]);
}

const isMet = ({ value, goal: { atLeast = -Infinity, atMost = Infinity } = {} }: Finding): boolean =>
  value >= atLeast && value <= atMost;

function show(finding: Finding | undefined): string | undefined {
  if (!finding) return undefined;
  return isMet(finding) ? figure(finding.value) : `**${figure(finding.value)}**`;
}

const figure = (value: number): string => (Number.isInteger(value) ? whole(value) : value.toFixed(2));

function words({ atLeast, atMost }: Goal): string {
  if (atLeast === undefined) return `at most ${atMost}`;
  if (atMost === undefined) return `at least ${atLeast}`;
  return atLeast === atMost ? figure(atLeast) : `${atLeast} to ${atMost}`;
}
