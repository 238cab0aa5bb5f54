import type { Throughput } from '../measure.ts';
import { PRELOAD_TARGET, preloadLoads, type PreloadResult } from '../preload.ts';
import { median } from '../statistics.ts';
import { cpuTable, paragraphs, table, verdict, whole } from './table.ts';

export function renderPreload({ connections, seconds, filled, rounds }: PreloadResult): string {
  const rows = preloadLoads.map(({ name }) => {
    const of = rounds.flatMap((round) => round[name] ?? []);
    return {
      name,
      empty: of.map(({ empty }) => empty),
      preloaded: of.map(({ preloaded }) => preloaded),
      share: median(of.map(({ empty, preloaded }) => preloaded.perSecond / empty.perSecond)),
    };
  });
  return paragraphs(
    `## With ${whole(filled.reservations)} old reservations`,
    `Two APIs on two databases of one PostgreSQL: one empty at the start, one with ${whole(filled.reservations)} reservations that have ` +
      `ended, of the same SKUs (${whole(filled.movements)} movements, ${whole(filled.events)} events, ` +
      `${filled.gigabytes.toFixed(1)} GB; vacuumed and analysed after the load, as autovacuum would have done). ` +
      `${connections} connections, ${seconds} s for each load in each of ${rounds.length} rounds, no worker. All ` +
      'figures are medians of the rounds.',
    table(
      ['', 'empty: a second', 'p99 ms', 'preloaded: a second', 'p99 ms', 'preloaded / empty', 'target'],
      rows.map(({ name, empty, preloaded, share }) => [
        name,
        ...figures(empty),
        ...figures(preloaded),
        share.toFixed(2),
        verdict(PRELOAD_TARGET.toFixed(2), share >= PRELOAD_TARGET),
      ]),
    ),
    cpuTable(
      rows.flatMap(({ name, empty, preloaded }) => [
        { name: `${name}, empty`, rounds: empty.map(({ cpu }) => cpu) },
        { name: `${name}, preloaded`, rounds: preloaded.map(({ cpu }) => cpu) },
      ]),
    ),
  );
}

function figures(rounds: readonly Throughput[]): string[] {
  return [
    whole(median(rounds.map(({ perSecond }) => perSecond))),
    median(rounds.map(({ p99Ms }) => p99Ms)).toFixed(1),
  ];
}
