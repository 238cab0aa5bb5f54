import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiConnections } from '../apps/api/src/context.ts';
import { REPLICA_CONNECTIONS_MAX } from '../apps/api/src/open-reads.ts';
import { workerConnections } from '../apps/worker/src/context.ts';

const read = (path: string): string => readFileSync(join(__dirname, '..', path), 'utf8');

const databaseUrl = 'postgresql://user@host/database';
const places = [
  { name: 'Redis', settings: { databaseUrl, redisUrl: 'redis://host:6379' } },
  { name: 'PostgreSQL', settings: { databaseUrl, redisUrl: undefined } },
];

/** Services of docker-compose.yml of this kind. */
const servicesLike = (kind: string): number =>
  read('docker-compose.yml')
    .split('\n')
    .filter((line) => line.endsWith(`: *${kind}`)).length;

const rowsOf = (document: string): string[][] =>
  read(document)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test('with replicas an API opens one more to the primary, and as many to each replica as docs/operations.md says', () => {
  const settings = { databaseUrl, redisUrl: undefined };
  const replicas = { urls: ['postgresql://user@replica/database'], reads: 'all', lagMaxMs: 1 } as const;
  expect(apiConnections({ ...settings, replicas }).total).toBe(apiConnections(settings).total + 1);
  expect(read('docs/operations.md')).toContain(
    `opens one more to the primary, which reads the position of commits, and ${REPLICA_CONNECTIONS_MAX} to each replica`,
  );
});

test('the table of docs/operations.md has the numbers of connections that processes and the fleet open', () => {
  const rows = rowsOf('docs/operations.md');
  const [apis, workers] = [servicesLike('api'), servicesLike('worker')];
  expect([apis, workers]).toEqual([2, 2]);
  for (const { name, settings } of places) {
    const [api, worker] = [apiConnections(settings), workerConnections(settings)].map(
      ({ reading, single_reads, ledger, queue_producer, queue_workers, queue_listening, total }) => [
        reading,
        single_reads,
        ledger,
        queue_producer,
        queue_workers,
        queue_listening,
        total,
      ],
    );
    const fleet = api?.map((of, purpose) => apis * of + workers * (worker?.[purpose] ?? 0));
    expect(rows).toContainEqual(['API', name, ...(api ?? []).map(String)]);
    expect(rows).toContainEqual(['worker', name, ...(worker ?? []).map(String)]);
    expect(rows).toContainEqual([
      `fleet: ${apis} APIs, ${workers} workers`,
      name,
      ...(fleet ?? []).map(String),
    ]);
  }
});
