import { runRounds, subject, type Benchmark, type Measured, type Subject } from '../../benchmark.ts';
import { keyed, keyedSoldOut, oneHotSku, soldOut, type Load } from '../../load/loads.ts';
import type { Sale } from '../../load/orders.ts';
import { perThousand, POSTGRES, type CpuSeconds } from '../../process-usage.ts';
import { medianOf, sum } from '../../statistics.ts';
import { digits, medianColumn, nameColumn, NO_GOAL, paragraphs, table, verdict, whole } from '../../table.ts';
import type { Testbed } from '../../testbed.ts';
import { APIS, openFleets, REDIS, type Fleet } from './fleets.ts';

/** One round. CPU is in ms for each call. */
interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly apiMs: number;
  readonly postgresMs: number;
  readonly redisMs: number;
}

const ROUNDS = 3;
const SALES = 10;
const BUYERS = 2_000;
const UNITS = 100;
/** Of PostgreSQL's CPU for a refused call, without the hot path. */
const REFUSED_TARGET = 0.1;
/** Of the calls a second without it, while nothing is sold out. */
const SELLING_TARGET = 0.9;
const SETTLE_SECONDS = 1;

interface Row {
  readonly load: string;
  readonly figures: Readonly<Record<'off' | 'on', Subject<Figures>>>;
  readonly goal: (off: readonly Figures[], on: readonly Figures[]) => string;
}

const refusedGoal: Row['goal'] = (off, on) => {
  const share = medianOf(on, ({ postgresMs }) => postgresMs) / medianOf(off, ({ postgresMs }) => postgresMs);
  const saved = ((1 - share) * 100).toFixed(0);
  return verdict(`PostgreSQL at most a tenth (${saved}% less)`, share <= REFUSED_TARGET);
};
const sellingGoal: Row['goal'] = (off, on) => {
  const share = medianOf(on, ({ perSecond }) => perSecond) / medianOf(off, ({ perSecond }) => perSecond);
  return verdict(`at least 0.9 of it (${share.toFixed(2)})`, share >= SELLING_TARGET);
};
const winnersGoal: Row['goal'] = (off, on) => {
  const [before, after] = [off, on].map((rounds) => medianOf(rounds, ({ p99Ms }) => p99Ms)) as [
    number,
    number,
  ];
  return verdict('p99 no worse', after <= before);
};

/** Answers ahead of PostgreSQL: what a sold-out SKU costs, and what it costs to have it while nothing is sold out. */
export const hotPath: Benchmark = {
  name: 'hot-path',
  compares: 'four APIs with Redis in front of PostgreSQL and without',
  async run(testbed, { seconds, connections, rounds = ROUNDS }) {
    const [off, on] = await openFleets(testbed);
    if (!off || !on) throw new Error('two fleets were to be compared');
    const both = (
      load: string,
      measure: (fleet: Fleet, seconds: number) => Promise<Figures>,
      goal: Row['goal'],
    ): Row => {
      const of = (fleet: Fleet) =>
        subject(
          `${load}, ${fleet.hasHotPath ? 'with' : 'without'}`,
          (each) => measure(fleet, each),
          ({ perSecond, p99Ms, postgresMs }) =>
            `${whole(perSecond)}/s, p99 ${p99Ms.toFixed(1)} ms, PostgreSQL ${postgresMs.toFixed(4)} ms`,
        );
      return { load, figures: { off: of(off), on: of(on) }, goal };
    };
    const looped = (load: Load, goal: Row['goal']) =>
      both(
        load.name,
        (fleet, each) => measureLoop(testbed, fleet, load, { connections, seconds: each }),
        goal,
      );
    const sale = (name: string, whose: 'sold' | 'refused', goal: Row['goal']) =>
      both(name, (fleet) => measureSales(testbed, fleet, connections, whose), goal);
    const rows = [
      looped(soldOut, refusedGoal),
      looped(keyedSoldOut, () => NO_GOAL),
      sale(`Flash sale, ${whole(BUYERS)} buyers for ${UNITS}: refused`, 'refused', () => NO_GOAL),
      sale('The same: winners', 'sold', winnersGoal),
      looped(oneHotSku, sellingGoal),
      looped(keyed, sellingGoal),
    ];
    await runRounds(
      rows.map(({ figures }) => ({ subjects: [figures.off, figures.on] })),
      { seconds, rounds },
    );
    return {
      markdown: paragraphs(
        '## Redis in front of PostgreSQL',
        `${APIS} APIs, ${connections} connections over all of them, ${seconds} s for each load in each of ${rounds} rounds; ${SALES} flash sales in each. ` +
          'Queues are in the same Redis with and without the hot path; no worker runs. CPU is in ms for each call, of a flash sale for each buyer. All figures are medians of the rounds.',
        hotPathTable(rows),
      ),
      figures: { connections, seconds, rows },
    };
  },
};

async function measureLoop(
  testbed: Testbed,
  fleet: Fleet,
  load: Load,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Figures> {
  const [url = '', ...furtherUrls] = fleet.urls;
  const run = (each: number) =>
    testbed.generator.run({
      kind: 'closed-loop',
      requests: { ...load, url, furtherUrls },
      connections,
      seconds: each,
    });
  await run(SETTLE_SECONDS); // each API finds the SKU sold out
  const since = meterFleet(testbed, fleet);
  const { count, seconds: took, p50Ms, p99Ms } = await run(seconds);
  return { perSecond: count / took, p50Ms, p99Ms, ...since(count) };
}

async function measureSales(
  testbed: Testbed,
  fleet: Fleet,
  connections: number,
  whose: 'sold' | 'refused',
): Promise<Figures> {
  const [url = '', ...furtherUrls] = fleet.urls;
  const sales: Sale[] = [];
  const since = meterFleet(testbed, fleet);
  for (let number = 0; number < SALES; number += 1) {
    const sku = await fleet.newSku(UNITS);
    const bodies = [JSON.stringify({ order_id: 'o-1001', lines: [{ sku, quantity: 1 }] })];
    const requests = { url, furtherUrls, bodies, keyed: false, expect: { status: 201 } };
    sales.push(await testbed.generator.holdSale({ requests, connections, buyers: BUYERS }));
  }
  const wrong = sales.find(({ sold }) => sold.count !== UNITS);
  if (wrong) throw new Error(`${wrong.sold.count} of ${UNITS} units were sold`);
  const took = sum(sales.map(({ seconds }) => seconds));
  const of = sales.map((each) => each[whose]);
  return {
    perSecond: sum(of.map(({ count }) => count)) / took,
    p50Ms: medianOf(of, ({ p50Ms }) => p50Ms),
    p99Ms: medianOf(of, ({ p99Ms }) => p99Ms),
    ...since(SALES * BUYERS),
  };
}

function meterFleet(testbed: Testbed, { processes }: Fleet) {
  const { 'API 1': server, ...others } = processes;
  const since = testbed.meterCpu({ server: server ?? { pid: 0 }, others });
  return (calls: number): Pick<Figures, 'apiMs' | 'postgresMs' | 'redisMs'> => {
    const cpu: CpuSeconds = perThousand(since(), calls);
    const apis = Object.entries(cpu).filter(([name]) => name.startsWith('API'));
    return {
      apiMs: sum(apis.map(([, used]) => used)),
      postgresMs: cpu[POSTGRES] ?? Number.NaN,
      redisMs: cpu[REDIS] ?? Number.NaN,
    };
  };
}

function hotPathTable(rows: readonly Row[]): string {
  type Line = Measured<Figures> & { readonly goal: string };
  const lines = rows.flatMap(({ figures: { off, on }, goal }): Line[] => [
    { ...off, goal: '' },
    { ...on, goal: goal(off.rounds, on.rounds) },
  ]);
  return table(lines, [
    nameColumn,
    medianColumn<Figures>('a second', ({ perSecond }) => perSecond),
    medianColumn<Figures>('p50 ms', ({ p50Ms }) => p50Ms, digits(1)),
    medianColumn<Figures>('p99 ms', ({ p99Ms }) => p99Ms, digits(1)),
    medianColumn<Figures>('APIs: CPU ms', ({ apiMs }) => apiMs, digits(3)),
    medianColumn<Figures>('PostgreSQL', ({ postgresMs }) => postgresMs, digits(4)),
    medianColumn<Figures>('Redis', ({ redisMs }) => redisMs, digits(3)),
    ['target', ({ goal }) => goal],
  ]);
}
