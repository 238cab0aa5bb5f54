import type { Played, WorkersResult } from '../workers.ts';
import { isMet, type Finding, type Goal } from '../workers/finding.ts';
import { queuePlaces } from '../workers/fleet.ts';
import { NO_GOAL, paragraphs, table, verdict, whole } from './table.ts';

export function renderWorkers({ percent, played }: WorkersResult): string {
  return paragraphs(
    '## Workers',
    'Each scenario with a fresh fleet, once with the queues in PostgreSQL and once in Redis. Figures that miss their target are bold.',
    percent === 100 ? null : `**A try with ${percent}% of the numbers: the targets are for all of them.**`,
    ...played.map(renderPlayed),
  );
}

function renderPlayed({ name, title, how, findings }: Played): string {
  const columns = queuePlaces.map((place) => findings[place] ?? []);
  const first = columns.find((column) => column.length > 0);
  const rows = first?.map(({ what, goal }, index) => {
    const figures = columns.map((column) => column[index]);
    return [what].concat(figures.map(show), goal ? verdict(words(goal), figures.every(isGood)) : NO_GOAL);
  });
  return paragraphs(
    `### ${title}`,
    `\`--scenario ${name}\`. ${how}`,
    table(['', ...queuePlaces.map((place) => `queues in ${place}`), 'target'], rows ?? []),
  );
}

const isGood = (finding: Finding | undefined): boolean => finding === undefined || isMet(finding);

function show(finding: Finding | undefined): string {
  if (!finding) return '';
  return isMet(finding) ? figure(finding.value) : `**${figure(finding.value)}**`;
}

const figure = (value: number): string => (Number.isInteger(value) ? whole(value) : value.toFixed(2));

function words({ atLeast, atMost }: Goal): string {
  if (atLeast === undefined) return `at most ${atMost}`;
  if (atMost === undefined) return `at least ${atLeast}`;
  return atLeast === atMost ? figure(atLeast) : `${atLeast} to ${atMost}`;
}
