import { AVAILABILITY_TARGET, type ReadingResult } from '../reading.ts';
import type { CallTimes } from '../reading/call-times.ts';
import type { Plan } from '../reading/low-stock-plan.ts';
import { median, medianLatencies, type Latencies } from '../statistics.ts';
import { NO_GOAL, paragraphs, table, verdict, whole } from './table.ts';

export function renderReading(result: ReadingResult): string {
  const { skus, levels, movements, openHolds, gigabytes, calls, operations } = result;
  return paragraphs(
    `## Reading among ${whole(levels)} levels and ${whole(movements)} movements`,
    `${whole(skus)} SKUs at two locations, ${whole(openHolds)} open holds, one SKU of 20 low (${gigabytes.toFixed(1)} GB, written in the order of ` +
      'time; vacuumed and analysed). One API, one connection, one call after the other, each of another SKU; 500 calls of each kind in ' +
      `each of ${Object.values(calls)[0]?.length ?? 0} rounds, medians of the rounds. “In process” is the function that the route calls, ` +
      'through Prisma with prepared statements, as the bare SELECT is; multiples are of its p50 in the same round. Pages have up to 50 rows. ' +
      'What reads everything is asked for over HTTP: the median of three rounds in milliseconds, and the most that the RSS of the API had grown since it was at rest, with all garbage collected.',
    table(
      [
        '',
        'in process: p50 ms',
        'p99 ms',
        'multiple',
        'over HTTP: p50 ms',
        'p99 ms',
        'multiple',
        'memory, MB',
        'target',
      ],
      [
        ...Object.entries(calls).map(([name, rounds]) => callRow(name, rounds, result)),
        ...operations.map(({ name, seconds, growthMb }) => [
          name,
          '',
          '',
          '',
          whole(seconds * 1_000),
          '',
          '',
          `+${Math.max(0, growthMb).toFixed(0)}`,
          NO_GOAL,
        ]),
      ],
    ),
  );
}

function callRow(
  name: string,
  rounds: readonly CallTimes[],
  { calls, names, lowStockPlans }: ReadingResult,
): string[] {
  const bare = (calls[names.bare] ?? []).map(({ inProcess }) => inProcess);
  const inProcess = rounds.map(({ inProcess }) => inProcess);
  const http = rounds.flatMap(({ http }) => http ?? []);
  const multiple = multipleOf(inProcess, bare);
  const plan = lowStockPlans[name];
  const isAvailability = name === names.availability;
  return [
    name,
    ...figures(inProcess, bare),
    ...(http.length > 0 ? figures(http, bare) : ['', '', '']),
    '',
    isAvailability
      ? verdict(`at most ${AVAILABILITY_TARGET} in process`, multiple <= AVAILABILITY_TARGET)
      : plan
        ? planVerdict(plan)
        : NO_GOAL,
  ];
}

function figures(rounds: readonly Latencies[], bare: readonly Latencies[]): string[] {
  const { p50Ms, p99Ms } = medianLatencies(rounds);
  return [p50Ms.toFixed(2), p99Ms.toFixed(2), multipleOf(rounds, bare).toFixed(1)];
}

const multipleOf = (rounds: readonly Latencies[], bare: readonly Latencies[]): number =>
  median(rounds.map(({ p50Ms }, round) => p50Ms / (bare[round]?.p50Ms ?? Number.NaN)));

function planVerdict({ indexes, scanned }: Plan): string {
  const isMet = indexes.includes('skus_low') && scanned.length === 0;
  const found = [...indexes, ...scanned.map((table) => `all of ${table}`)].join(', ');
  return verdict(`by skus_low, nothing scanned (${found})`, isMet);
}
