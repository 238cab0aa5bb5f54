import { Redis } from 'ioredis';
import { mixed } from '../loads.ts';
import { say } from '../measure.ts';
import { watchMemory } from '../memory.ts';
import type { Stage } from '../stage.ts';
import { checkout } from '../workers/checkout.ts';
import { openFleet, type Fleet, type QueuePlace } from '../workers/fleet.ts';
import { call, forMany } from './many-calls.ts';

/** What an API and a worker need while they are busy. */
export interface ProcessNeeds {
  readonly apiMb: number;
  readonly workerMb: number;
  /** Most connections to PostgreSQL at once by the name that they go by, of the API alone, and with a worker. */
  readonly apiConnections: Readonly<Record<string, number>>;
  readonly withWorkerConnections: Readonly<Record<string, number>>;
  /** Null: the queues are not in Redis. */
  readonly redis: RedisUse | null;
}

interface RedisUse {
  /** Of an API, and of an API and a worker. */
  readonly apiConnections: number;
  readonly withWorkerConnections: number;
  /** Commands while the worker ran, scripts and what they call counted each, and reservations made meanwhile. */
  readonly commands: number;
  readonly reservations: number;
  readonly memoryMb: number;
}

const CONNECTIONS = 128;
const LOOK_EVERY_MS = 250;
const READS = 1_000;
/** Half of the reservations are paid for at once, the others fall due while the load goes on. */
const MIX = { holds: 10, confirms: 10, ttlSeconds: 2 };

/** One API under load, then with a worker beside it. */
export async function measureProcesses(
  stage: Stage,
  place: QueuePlace,
  seconds: number,
): Promise<ProcessNeeds> {
  const fleet = await openFleet(stage, place, { workers: 0 });
  const redis = fleet.redisUrl === undefined ? null : new Redis(fleet.redisUrl);
  try {
    const load = () => loadUp(stage, fleet, seconds);
    const alone = await watchConnections(fleet, load);
    const aloneInRedis = redis && (await readRedis(redis));
    const worker = await fleet.start('worker');
    const memory = { api: watchMemory(fleet.apis[0]?.pid ?? 0), worker: watchMemory(worker.pid) };
    const from = Date.now();
    const both = await watchConnections(fleet, load);
    const until = Date.now();
    const inRedis = redis && (await readRedis(redis));
    for (const watch of Object.values(memory)) watch.stop();
    say(`processes, queues in ${place}: done`);
    return {
      apiMb: memory.api.peak(from, until).allMb,
      workerMb: memory.worker.peak(from, until).allMb,
      apiConnections: alone.most,
      withWorkerConnections: both.most,
      redis: aloneInRedis &&
        inRedis && {
          apiConnections: aloneInRedis.connections,
          withWorkerConnections: inRedis.connections,
          commands: inRedis.commands - aloneInRedis.commands,
          reservations: both.reservations,
          memoryMb: inRedis.memoryMb,
        },
    };
  } finally {
    redis?.disconnect();
    await fleet.close();
  }
}

/** Reservations as fast as they go, and reads beside them, so that every pool fills. Answers how many were made. */
async function loadUp(stage: Stage, { shop }: Fleet, seconds: number): Promise<number> {
  const { requests } = checkout(shop.baseUrl, MIX);
  const order = { kind: 'closed-loop', requests, connections: CONNECTIONS, seconds } as const;
  const reads = Array.from({ length: READS }, (_, n) => mixed[n % mixed.length]);
  const [{ count }] = await Promise.all([
    stage.generator.run(order),
    forMany(reads, (sku) => call(new URL(`/v1/items/${sku}/availability`, shop.baseUrl), { method: 'GET' })),
  ]);
  return count;
}

async function watchConnections(
  fleet: Fleet,
  load: () => Promise<number>,
): Promise<{ most: Record<string, number>; reservations: number }> {
  const most: Record<string, number> = {};
  const look = async () => {
    const rows = await fleet.query<{ name: string; count: number }>(`
      SELECT application_name AS name, count(*)::integer AS count
      FROM pg_stat_activity
      WHERE datname = current_database()
        AND application_name LIKE 'holdfast%'
      GROUP BY application_name`);
    for (const { name, count } of rows) most[name] = Math.max(most[name] ?? 0, count);
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS);
  const reservations = await load().finally(() => clearInterval(timer));
  await looking;
  return { most, reservations };
}

async function readRedis(redis: Redis): Promise<{ connections: number; commands: number; memoryMb: number }> {
  const info = await redis.info();
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return {
    connections: read('connected_clients') - 1, // less this one
    commands: read('total_commands_processed'),
    memoryMb: read('used_memory') / 1e6,
  };
}
