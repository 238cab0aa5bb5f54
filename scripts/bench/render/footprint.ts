import type { FootprintResult } from '../footprint.ts';
import type { Step } from '../footprint/step.ts';
import type { TableUse } from '../footprint/storage.ts';
import { queuePlaces } from '../workers/fleet.ts';
import { paragraphs, table, whole } from './table.ts';

export function renderFootprint(result: FootprintResult): string {
  const { percent, lives, groupCommits, waiting, processes } = result;
  return paragraphs(
    '## What a reservation leaves behind',
    'One API on an empty shop of 1,000 SKUs at one location, the same number of reservations in each step, 128 callers at once. ' +
      'Bytes are what a table or its indexes have grown by once vacuumed, for each reservation; what became free is used again, so an ' +
      'update that leaves nothing shows 0. WAL is without whole pages. A worker’s steps are done by the worker’s own parts in one ' +
      'process: of “tell the warehouse” that is the claim and the end of an attempt, without queue and call.',
    percent === 100 ? null : `**A try with ${percent}% of the reservations.**`,
    ...lives.map(({ lines, steps }) => renderLife(lines, steps)),
    '### Commits that are shared',
    'One API without a worker, each load just after a checkpoint. All commits of the database are counted, reads too; “flushes” are ' +
      'fsyncs of the WAL; “whole pages” those that had to be written whole, as they were changed for the first time.',
    table(
      [
        '',
        'callers',
        'a second',
        'in a batch',
        'for each 1,000: batches',
        'commits',
        'flushes',
        'whole pages',
        'WAL MB',
        'CPU s: API',
        'PostgreSQL',
      ],
      groupCommits.map(({ load, connections, reservations, perSecond, batches, storage, cpu }) => {
        const each = (count: number) => figure((count / reservations) * 1_000);
        return [
          load,
          whole(connections),
          whole(perSecond),
          figure(reservations / batches),
          each(batches),
          each(storage.commits),
          each(storage.walSyncs),
          each(storage.walPages),
          each(storage.walBytes / 1e6),
          showCpu(cpu['API']),
          showCpu(cpu['PostgreSQL']),
        ];
      }),
    ),
    '### Jobs that wait',
    'Bytes of Redis’ memory, or of BullMQ’s tables with their indexes. Nobody works meanwhile.',
    table(
      ['queues in', 'empty, MB', 'holds over 15 min', 'expiry jobs', 'bytes each', 'sync jobs', 'bytes each'],
      queuePlaces.map((place) => {
        const { emptyBytes, expiry, syncs } = waiting[place];
        return [
          place,
          (emptyBytes / 1e6).toFixed(1),
          whole(expiry.holds),
          whole(expiry.jobs),
          whole(expiry.bytes / expiry.jobs),
          whole(syncs.jobs),
          whole(syncs.bytes / syncs.jobs),
        ];
      }),
    ),
    '### Processes under load',
    'One API alone, then with one worker: as many reservations as go through 128 connections, half of them paid for at once, the ' +
      'others held for 2 s, and reads beside them. The most that was seen. Memory is RSS in MB, with the worker.',
    table(['', ...queuePlaces.map((place) => `queues in ${place}`)], processRows(processes)),
  );
}

function renderLife(lines: number, steps: readonly Step[]): string {
  const names = [...new Set(steps.flatMap(({ storage }) => Object.keys(storage.tables)))].toSorted();
  return paragraphs(
    `### ${whole(steps[0]?.count ?? 0)} reservations of ${lines === 1 ? 'one line' : 'two lines'}`,
    table(
      [
        'for each',
        'bytes of rows',
        'of indexes',
        'rows new',
        'changed',
        'of them in place',
        'WAL bytes',
        'CPU ms: API',
        'PostgreSQL',
        'worker',
      ],
      steps.map(({ name, count, storage, cpu }) => {
        const each = (of: keyof TableUse) => sum(Object.values(storage.tables).map((use) => use[of])) / count;
        return [
          name,
          whole(each('heapBytes')),
          whole(each('indexBytes')),
          figure(each('inserted')),
          figure(each('updated')),
          figure(each('updatedInPlace')),
          whole(storage.walBytes / count),
          showCpu(cpu['API']),
          showCpu(cpu['PostgreSQL']),
          showCpu(cpu['worker']),
        ];
      }),
    ),
    'Bytes for each, rows + indexes, by table:',
    table(
      ['', ...steps.map(({ name }) => name)],
      names.map((name) =>
        [name].concat(
          steps.map(({ storage, count }) => {
            const use = storage.tables[name];
            return use ? `${whole(use.heapBytes / count)} + ${whole(use.indexBytes / count)}` : '';
          }),
        ),
      ),
    ),
  );
}

function processRows(processes: FootprintResult['processes']): string[][] {
  const needs = queuePlaces.map((place) => processes[place]);
  const row = (what: string, of: (need: (typeof needs)[number]) => number | undefined) => [
    what,
    ...needs.map((need) => {
      const value = of(need);
      return value === undefined ? '' : figure(value);
    }),
  ];
  const names = [...new Set(needs.flatMap((need) => Object.keys(need.withWorkerConnections)))].toSorted();
  return [
    row('API: memory', ({ apiMb }) => apiMb),
    row('Worker: memory', ({ workerMb }) => workerMb),
    row('API alone: connections to PostgreSQL', ({ apiConnections }) => sum(Object.values(apiConnections))),
    ...names.map((name) => row(`with a worker: ${name}`, (need) => need.withWorkerConnections[name])),
    row('API alone: connections to Redis', ({ redis }) => redis?.apiConnections),
    row('with a worker: connections to Redis', ({ redis }) => redis?.withWorkerConnections),
    row('Commands to Redis for each 1,000 reservations', ({ redis }) =>
      redis ? (redis.commands / redis.reservations) * 1_000 : undefined,
    ),
    row('Redis: memory', ({ redis }) => redis?.memoryMb),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);

const showCpu = (seconds: number | undefined): string => seconds?.toFixed(3) ?? '-';

const figure = (value: number): string =>
  Number.isInteger(value) || value >= 100 ? whole(value) : value.toFixed(2);
