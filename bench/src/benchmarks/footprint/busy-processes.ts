import { eventually } from '@holdfast/testing';
import { forMany, upTo } from '../../api-calls.ts';
import { say } from '../../benchmark.ts';
import { findingsTable, type Finding, type FindingsByPlace } from '../../findings.ts';
import { checkout } from '../../load/loads.ts';
import type { QueuePlace } from '../../options.ts';
import { watchMemory } from '../../process-usage.ts';
import { sum } from '../../statistics.ts';
import { paragraphs } from '../../table.ts';
import type { Testbed } from '../../testbed.ts';
import { openFleet, type Fleet } from '../workers/fleet.ts';
import { readAvailability } from './reservation-life.ts';

const CONNECTIONS = 128;
const LOOK_EVERY_MS = 250;
const READS = 1_000;
/** Half of the reservations are paid for at once, the others fall due while the load goes on. */
const MIX = { holds: 10, confirms: 10, ttlSeconds: 2 };

/** What an API and a worker need while they are busy: one API under load, then with a worker beside it. */
export async function measureProcesses(
  testbed: Testbed,
  place: QueuePlace,
  seconds: number,
): Promise<readonly Finding[]> {
  const fleet = await openFleet(testbed, place, { workers: 0 });
  try {
    const load = () => runLoad(testbed, fleet, seconds);
    const alone = await watchConnections(fleet, load);
    const aloneInRedis = await readRedis(fleet);
    const worker = await fleet.start('worker');
    const memory = { api: watchMemory(fleet.apis[0]?.pid ?? 0), worker: watchMemory(worker.pid) };
    const from = Date.now();
    const both = await watchConnections(fleet, load);
    const until = Date.now();
    const inRedis = await readRedis(fleet);
    for (const watch of Object.values(memory)) watch.stop();
    say(`processes, queues in ${place}: done`);
    const names = Object.keys(both.most).toSorted();
    return [
      { what: 'API: memory', value: memory.api.peak(from, until).allMb },
      { what: 'Worker: memory', value: memory.worker.peak(from, until).allMb },
      { what: 'API alone: connections to PostgreSQL', value: sum(Object.values(alone.most)) },
      ...names.map((name) => ({ what: `with a worker: ${name}`, value: both.most[name] ?? 0 })),
      ...(aloneInRedis && inRedis ? redisFindings(aloneInRedis, inRedis, both.reservations) : []),
    ];
  } finally {
    await fleet.close();
  }
}

/** Reservations as fast as they go, and reads beside them, so that every pool fills. @returns how many were made */
async function runLoad(testbed: Testbed, { client }: Fleet, seconds: number): Promise<number> {
  const { requests } = checkout(client.baseUrl, MIX);
  const order = { kind: 'closed-loop', requests, connections: CONNECTIONS, seconds } as const;
  const [{ count }] = await Promise.all([
    testbed.generator.run(order),
    // An API that is overloaded refuses some.
    forMany(upTo(READS), (n) => eventually(() => readAvailability(client.baseUrl, n))),
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

interface RedisUse {
  readonly connections: number;
  readonly commands: number;
  readonly memoryMb: number;
}

async function readRedis({ redis }: Fleet): Promise<RedisUse | null> {
  if (!redis) return null;
  const info = String(await redis.run('INFO'));
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return {
    connections: read('connected_clients') - 1, // less this one
    commands: read('total_commands_processed'),
    memoryMb: read('used_memory') / 1e6,
  };
}

/** Scripts and what they call are counted as a command each. */
function redisFindings(alone: RedisUse, both: RedisUse, reservations: number): Finding[] {
  const commands = ((both.commands - alone.commands) / reservations) * 1_000;
  return [
    { what: 'API alone: connections to Redis', value: alone.connections },
    { what: 'with a worker: connections to Redis', value: both.connections },
    { what: 'Commands to Redis for each 1,000 reservations', value: commands },
    { what: 'Redis: memory', value: both.memoryMb },
  ];
}

export const renderProcesses = (findings: FindingsByPlace): string =>
  paragraphs(
    '### Processes under load',
    'One API alone, then with one worker: as many reservations as go through 128 connections, half of them paid for at once, the ' +
      'others held for 2 s, and reads beside them. The most that was seen. Memory is RSS in MB, with the worker.',
    findingsTable(findings),
  );
