import { withProgress } from '../../../scripts/bootstrap/progress.mjs';
import { showProgress } from '../../../scripts/progress-bar.ts';
import { stockUp } from '../api-calls.ts';
import { settleDatabase } from '../bench-database.ts';
import { runRounds, type Benchmark } from '../benchmark.ts';
import { fillPastReservations } from '../fill/past-reservations.ts';
import { closedLoop, loadSubject } from '../load/load-figures.ts';
import { pairsTable, withShare } from '../load/load-shares.ts';
import { oneHotSku, thousandSkus } from '../load/loads.ts';
import { cpuTable, paragraphs, whole } from '../table.ts';
import type { Running } from '../testbed.ts';

/** Preloaded, as a share of empty. */
const TARGET = 0.8;
const LOADS = [oneHotSku, thousandSkus];
const ROUNDS = 5;

/** Whether the service slows down as its tables grow. */
export const preload: Benchmark = {
  name: 'preload',
  compares: 'reservations a second on a database of old reservations with those on an empty one',
  async run(testbed, { seconds, connections, rounds = ROUNDS, preload }) {
    const emptyDatabase = await testbed.createDatabase('bench_empty');
    const preloadedDatabase = await testbed.createDatabase('bench_preloaded');
    const progress = showProgress(`Preloading ${whole(preload)} reservations`, preload);
    await fillPastReservations(preloadedDatabase.url, preload, progress);
    const filled = await withProgress('Vacuuming and analysing', () => settleDatabase(preloadedDatabase.url));
    const onEmpty = await testbed.startApp('api', { DATABASE_URL: emptyDatabase.url });
    const onPreloaded = await testbed.startApp('api', { DATABASE_URL: preloadedDatabase.url });
    await stockUp(onEmpty.url);

    const pairs = LOADS.map((load) => {
      const on = (server: Running, which: string) =>
        loadSubject(
          testbed,
          `${load.name}, ${which}`,
          () => ({ server }),
          (seconds) => closedLoop(load, server.url, connections, seconds),
        );
      return { name: load.name, base: on(onEmpty, 'empty'), other: on(onPreloaded, 'preloaded') };
    });
    const comparisons = pairs.map(({ base, other }) => ({ subjects: [base, other] }));
    await runRounds(comparisons, { seconds, rounds });

    const rows = pairs.map(withShare);
    const markdown = paragraphs(
      `## With ${whole(filled.reservations)} old reservations`,
      `Two APIs on two databases of one PostgreSQL: one empty at the start, one with ${whole(filled.reservations)} reservations that have ` +
        `ended, of the same SKUs (${whole(filled.movements)} movements, ${whole(filled.events)} events, ` +
        `${filled.gigabytes.toFixed(1)} GB; vacuumed and analysed after the load, as autovacuum would have done). ` +
        `${connections} connections, ${seconds} s for each load in each of ${rounds} rounds, no worker. All ` +
        'figures are medians of the rounds.',
      pairsTable(rows, ['empty', 'preloaded'], TARGET),
      cpuTable(rows.flatMap(({ base, other }) => [base, other])),
    );
    return { markdown, figures: { connections, seconds, filled, rows } };
  },
};
