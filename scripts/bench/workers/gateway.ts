import type { Stage } from '../stage.ts';
import { arrivalsOf } from './arrivals.ts';
import { exactly, type Finding, type Goal } from './finding.ts';
import { openFleet, type Fleet, type QueuePlace } from './fleet.ts';
import type { Scale, Scenario } from './scenario.ts';
import { confirmOrders, countConfirms, untilTold } from './syncs.ts';
import { until } from './until.ts';

const WORKERS = 3;
const SYNCS = 600;
/** Slots are 19.5 ms apart (docs/decisions/0014): that is 11.7 s. The rest is for the first job and the last answer. */
const IN_TIME: Goal = { atLeast: 10, atMost: 13.5 };
const LIMIT_PER_SECOND = 60;
const WITH_BACKLOG_PER_SECOND = 50;
/** A third of the orders: in the middle of it all. */
const MID_RUN = 1 / 3;
const TOLD_WITHIN_MS = 180_000;

interface Variant {
  readonly env?: Readonly<Record<string, string>>;
  readonly goal?: Goal;
  readonly before?: (fleet: Fleet) => Promise<unknown>;
  readonly inMidRun?: (fleet: Fleet) => Promise<unknown>;
}

const how = `Three workers, one API, ${SYNCS} confirmed orders in batches of 200, as fast as they are answered.`;

const playing =
  ({ env = {}, goal, before, inMidRun }: Variant) =>
  async (stage: Stage, place: QueuePlace, { count }: Scale): Promise<readonly Finding[]> => {
    const fleet = await openFleet(stage, place, { workers: WORKERS, env });
    try {
      const syncs = count(SYNCS);
      await before?.(fleet);
      const startedMs = Date.now();
      await confirmOrders(fleet, syncs);
      if (inMidRun) {
        await until(async () => (await countConfirms(fleet)).told >= syncs * MID_RUN, TOLD_WITHIN_MS);
        await inMidRun(fleet);
      }
      await untilTold(fleet, TOLD_WITHIN_MS);
      return await findings(fleet, { syncs, startedMs, ...(goal && { goal }) });
    } finally {
      await fleet.close();
    }
  };

async function findings(
  fleet: Fleet,
  { syncs, startedMs, goal }: { syncs: number; startedMs: number; goal?: Goal },
): Promise<readonly Finding[]> {
  const report = await fleet.warehouse.report();
  const { lastMs, perSecond, longestGapMs, otherwisePerSecond } = arrivalsOf(report);
  const { told } = await countConfirms(fleet);
  return [
    { what: 'Syncs that succeeded', value: told, goal: exactly(syncs) },
    { what: 'Effects at the gateway, by key', value: report.keys, goal: exactly(syncs) },
    { what: 'Calls that arrived', value: report.requests.length },
    { what: 'of them, repeats of a call that had its effect', value: report.repeats },
    { what: 'Busiest sliding second', value: report.busiest_second, goal: { atMost: LIMIT_PER_SECOND } },
    { what: 'Answered 429', value: report.throttled, goal: exactly(0) },
    {
      what: 'Arrivals a second while there is a backlog',
      value: perSecond,
      goal: { atLeast: WITH_BACKLOG_PER_SECOND },
    },
    { what: 'Longest time without one meanwhile, s', value: longestGapMs / 1_000 },
    {
      what: 'Arrivals a second before and after that',
      value: otherwisePerSecond,
      goal: { atLeast: WITH_BACKLOG_PER_SECOND },
    },
    {
      what: 'From the first order to the last arrival, s',
      value: (lastMs - startedMs) / 1_000,
      ...(goal && { goal }),
    },
  ];
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

export const gatewayScenarios: readonly Scenario[] = [
  {
    name: 'gateway-steady',
    title: `${SYNCS} confirmed orders and nothing in the way`,
    how,
    play: playing({ goal: IN_TIME }),
  },
  {
    name: 'gateway-worker-killed',
    title: 'One worker killed and one added in mid-run',
    how: `${how} After a third of the syncs one worker gets SIGKILL, and another one is started.`,
    play: playing({ inMidRun: replaceOneWorker }),
  },
  {
    name: 'gateway-faults',
    title: 'A gateway that fails',
    // With 8 attempts, one of 600 syncs would fail for good in 13 of 100 runs.
    how: `${how} 20% of the calls are answered with 503, 10% have their effect and lose their reply, 5% hang. 30 attempts each.`,
    play: playing({
      env: { GATEWAY_MAX_ATTEMPTS: '30', GATEWAY_BACKOFF_MAX_SECONDS: '60' },
      before: ({ warehouse }) => warehouse.spoil({ error_rate: 0.2, drop_reply_rate: 0.1, hang_rate: 0.05 }),
    }),
  },
  {
    name: 'gateway-postgres-crash',
    title: 'PostgreSQL crashes in mid-run',
    how: `${how} After a third of the syncs one of PostgreSQL's processes gets SIGKILL: all connections end, and it recovers.`,
    play: playing({ inMidRun: crashPostgres }),
  },
  {
    name: 'gateway-redis-restart',
    title: 'Redis is killed and started again in mid-run',
    how: `${how} After a third of the syncs Redis gets SIGKILL and comes back with nothing in it.`,
    places: ['Redis'],
    play: playing({ inMidRun: (fleet) => fleet.restartRedis() }),
  },
];
