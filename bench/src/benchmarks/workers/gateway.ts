import type { WarehouseReport } from '../../../../tests/warehouse.ts';
import { exactly, type Finding, type Goal } from '../../findings.ts';
import { until } from '../../testbed.ts';
import { confirmOrders, countConfirms, untilSynced, type Fleet } from './fleet.ts';
import { onFleet, type Scenario } from './scenario.ts';

const WORKERS = 3;
const SYNCS = 600;
/** Slots are 19.5 ms apart (docs/decisions/0014): that is 11.7 s. The rest is for the first job and the last answer. */
const IN_TIME: Goal = { atLeast: 10, atMost: 13.5 };
const LIMIT_PER_SECOND = 60;
const WITH_BACKLOG: Goal = { atLeast: 50 };
/** A third of the orders: in the middle of it all. */
const MID_RUN = 1 / 3;
const SYNCED_WITHIN_MS = 180_000;

interface Variant extends Pick<Scenario, 'name' | 'title' | 'places'> {
  /** What is done beside. */
  readonly how?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly goal?: Goal;
  readonly before?: (fleet: Fleet) => Promise<unknown>;
  readonly inMidRun?: (fleet: Fleet) => Promise<unknown>;
}

const scenario = ({ how, env = {}, goal, before, inMidRun, ...described }: Variant): Scenario => ({
  ...described,
  how:
    `Three workers, one API, ${SYNCS} confirmed orders in batches of 200, as fast as they are answered.` +
    (how === undefined ? '' : ` ${how}`),
  run: onFleet({ workers: WORKERS, env }, async (fleet, { count }) => {
    const syncs = count(SYNCS);
    await before?.(fleet);
    const startedMs = Date.now();
    await confirmOrders(fleet, syncs);
    if (inMidRun) {
      await until(async () => (await countConfirms(fleet)).synced >= syncs * MID_RUN, SYNCED_WITHIN_MS);
      await inMidRun(fleet);
    }
    await untilSynced(fleet, SYNCED_WITHIN_MS);
    const { synced } = await countConfirms(fleet);
    const report = await fleet.warehouse.report();
    const arrivals = arrivalsOf(report);
    const tookSeconds = (arrivals.lastMs - startedMs) / 1_000;
    return [
      { what: 'Syncs that succeeded', value: synced, goal: exactly(syncs) },
      { what: 'Effects at the gateway, by key', value: report.keys, goal: exactly(syncs) },
      ...callFindings(report, arrivals),
      { what: 'From the first order to the last arrival, s', value: tookSeconds, goal },
    ];
  }),
});

function callFindings(report: WarehouseReport, arrivals: Arrivals): Finding[] {
  const { perSecond, longestGapMs, otherwisePerSecond } = arrivals;
  return [
    { what: 'Calls that arrived', value: report.requests.length },
    { what: 'of them, repeats of a call that had its effect', value: report.repeats },
    { what: 'Busiest sliding second', value: report.busiest_second, goal: { atMost: LIMIT_PER_SECOND } },
    { what: 'Answered 429', value: report.throttled, goal: exactly(0) },
    { what: 'Arrivals a second while there is a backlog', value: perSecond, goal: WITH_BACKLOG },
    { what: 'Longest time without one meanwhile, s', value: longestGapMs / 1_000 },
    { what: 'Arrivals a second before and after that', value: otherwisePerSecond, goal: WITH_BACKLOG },
  ];
}

interface Arrivals {
  /** Epoch milliseconds. */
  readonly lastMs: number;
  /** While some sync had not been sent yet. */
  readonly perSecond: number;
  /** The longest time without any, meanwhile: what all depend on may have been away. */
  readonly longestGapMs: number;
  /** And outside of that. */
  readonly otherwisePerSecond: number;
}

/** The last few may have been claimed by a worker that was killed: their claims run out when the others are done. */
const SHARE_OF_BACKLOG = 0.95;

/** When calls arrived at the gateway. When nearly all syncs have been sent once, the backlog is over: retries have times of their own. */
function arrivalsOf({ requests }: WarehouseReport): Arrivals {
  const times = requests.map(({ at }) => Date.parse(at));
  const firstTimes = new Map<string, number>();
  for (const [index, { idempotency_key: key }] of requests.entries()) {
    if (!firstTimes.has(key)) firstTimes.set(key, times[index] ?? Number.NaN);
  }
  const firsts = [...firstTimes.values()];
  const backlogEnds = firsts[Math.ceil(firsts.length * SHARE_OF_BACKLOG) - 1] ?? Number.NaN;
  const within = times.filter((at) => at <= backlogEnds);
  const [from = Number.NaN] = within;
  const gaps = within.slice(1).map((at, index) => at - (within[index] ?? at));
  const longestGapMs = Math.max(...gaps);
  const ms = backlogEnds - from;
  return {
    lastMs: times.at(-1) ?? Number.NaN,
    perSecond: (gaps.length / ms) * 1_000,
    longestGapMs,
    otherwisePerSecond: ((gaps.length - 1) / (ms - longestGapMs)) * 1_000,
  };
}

async function replaceOneWorker(fleet: Fleet): Promise<void> {
  const [first] = fleet.workers;
  if (first) await Promise.all([fleet.kill(first), fleet.start('worker')]);
}

/** SIGKILL of one of its processes makes PostgreSQL end all of them and recover from its log, as after a crash. */
async function crashPostgres(fleet: Fleet): Promise<void> {
  const [own] = await fleet.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if (own) process.kill(own.pid, 'SIGKILL');
}

async function restartRedis({ redis }: Fleet): Promise<void> {
  await redis?.kill();
  await redis?.start();
}

export const gatewayScenarios: readonly Scenario[] = [
  scenario({
    name: 'gateway-steady',
    title: `${SYNCS} confirmed orders and nothing in the way`,
    goal: IN_TIME,
  }),
  scenario({
    name: 'gateway-worker-killed',
    title: 'One worker killed and one added in mid-run',
    how: 'After a third of the syncs one worker gets SIGKILL, and another one is started.',
    inMidRun: replaceOneWorker,
  }),
  scenario({
    name: 'gateway-faults',
    title: 'A gateway that fails',
    // With 8 attempts, one of 600 syncs would fail for good in 13 of 100 runs.
    how: '20% of the calls are answered with 503, 10% have their effect and lose their reply, 5% hang. 30 attempts each.',
    env: { GATEWAY_MAX_ATTEMPTS: '30', GATEWAY_BACKOFF_MAX_SECONDS: '60' },
    before: ({ warehouse }) => warehouse.spoil({ error_rate: 0.2, drop_reply_rate: 0.1, hang_rate: 0.05 }),
  }),
  scenario({
    name: 'gateway-postgres-crash',
    title: 'PostgreSQL crashes in mid-run',
    how: "After a third of the syncs one of PostgreSQL's processes gets SIGKILL: all connections end, and it recovers.",
    inMidRun: crashPostgres,
  }),
  scenario({
    name: 'gateway-redis-restart',
    title: 'Redis is killed and started again in mid-run',
    how: 'After a third of the syncs Redis gets SIGKILL and comes back with nothing in it.',
    places: ['Redis'],
    inMidRun: restartRedis,
  }),
];
