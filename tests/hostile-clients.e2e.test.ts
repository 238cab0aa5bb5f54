import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { eventually, type TestProcess, timed, untilServed, queueOfRun } from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';

/** Of an API in docker-compose.yml. */
const MEMORY_MAX_MB = 512;
const HEALTH_MAX_MS = 1_000;
const SAMPLE_EVERY_MS = 50;
/** How long the clients go on. */
const WATCHED_MS = 2_000;
/** How long it may work for clients that have gone. */
const STOPPED_AFTER_MS = 3_000;
/** Of an API that has nothing to do. */
const IDLE_CPU_SHARE_MAX = 0.25;

let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet(queueOfRun, { workers: 0 });
  await fleet.client.stock('MUG', 100_000);
});
afterAll(() => fleet?.close());

const HEAD = 'HTTP/1.1\r\nHost: 127.0.0.1\r\n';
const get = (path: string) => `GET ${path} ${HEAD}\r\n`;
const post = (path: string, type: string, body: Buffer | string, ...more: string[]) =>
  Buffer.concat([
    Buffer.from(
      [
        `POST ${path} ${HEAD}Content-Type: ${type}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        ...more,
        '',
        '',
      ].join('\r\n'),
    ),
    Buffer.from(body),
  ]);
const packedImport = (type: string, text: string) =>
  post('/v1/stock-imports', type, gzipSync(text), 'Content-Encoding: gzip');
const CSV_HEAD = 'sku,location,on_hand\n';
const MILLION = 1_000_000;

/** What each connection sends at once. It reads nothing of what comes back. */
const ATTACKS: readonly [what: string, connections: number, bytes: () => Buffer | string][] = [
  ['1,724 requests for a large document in one packet', 20, () => get('/openapi.json').repeat(1_724)],
  ['1,000 requests for lists in one packet', 20, () => get('/v1/stock-movements?limit=200').repeat(1_000)],
  [
    'a million quotes as CSV, in 2 KB of gzip',
    2,
    () => packedImport('text/csv', CSV_HEAD + '"\n'.repeat(MILLION)),
  ],
  [
    '20 MB of empty lines as CSV, in 20 KB of gzip',
    2,
    () => packedImport('text/csv', CSV_HEAD + '\n'.repeat(20 * MILLION)),
  ],
  [
    '20 MB without a line break, in 20 KB of gzip',
    2,
    () => packedImport('text/csv', CSV_HEAD + ','.repeat(20 * MILLION)),
  ],
  [
    'a million brackets as NDJSON, in 2 KB of gzip',
    2,
    () => packedImport('application/x-ndjson', '[\n'.repeat(MILLION)),
  ],
  [
    '1 MB of open brackets as JSON',
    20,
    () => post('/v1/reservations', 'application/json', '['.repeat(999_999)),
  ],
  [
    '1 MB of gzip in gzip',
    20,
    () =>
      post(
        '/v1/reservations',
        'application/json',
        gzipSync(Buffer.alloc(20 * MILLION)),
        'Content-Encoding: gzip',
      ),
  ],
];

describe.each(ATTACKS.map(([what, connections, bytes]) => ({ what, connections, bytes })))(
  'while $connections clients send $what and read nothing',
  ({ connections, bytes }) => {
    test('the API answers others in time, keeps within its memory, and stops with them', async () => {
      const [api] = fleet.apis;
      if (!api) throw new Error('no API');
      const sent = bytes();
      const { value, allowedMs } = await timed(async () => {
        const sockets = Array.from({ length: connections }, () => flood(api.url, sent));
        try {
          return await watch(api);
        } finally {
          for (const socket of sockets) socket.destroy();
        }
      });
      process.stderr.write(
        `memory ${value.memoryMb.toFixed(0)} MB, /healthz ${value.healthMs.toFixed(0)} ms\n`,
      );
      expect(value.memoryMb).toBeLessThan(MEMORY_MAX_MB);
      expect(value.healthMs).toBeLessThan(allowedMs(HEALTH_MAX_MS));
      const stopped = await timed(() => eventually(() => isIdle(api)));
      expect(stopped.tookMs).toBeLessThan(stopped.allowedMs(STOPPED_AFTER_MS));
      expect(await untilServed(() => fleet.client.tryHold('MUG'))).toMatchObject({ status: 201 });
    });
  },
);

function flood(url: string, bytes: Buffer | string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(bytes);
  return socket;
}

/** The most memory and the slowest `/healthz` of the next seconds. */
async function watch(api: TestProcess) {
  const most = { memoryMb: 0, healthMs: 0 };
  for (const began = performance.now(); performance.now() - began < WATCHED_MS;) {
    const asked = performance.now();
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    most.healthMs = Math.max(most.healthMs, performance.now() - asked);
    most.memoryMb = Math.max(most.memoryMb, memoryMbOf(api));
    await pause(SAMPLE_EVERY_MS);
  }
  return most;
}

function memoryMbOf({ pid }: TestProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_000;
}

async function isIdle(api: TestProcess): Promise<boolean> {
  const [before, began] = [cpuMsOf(api), performance.now()];
  await pause(500);
  return (cpuMsOf(api) - before) / (performance.now() - began) < IDLE_CPU_SHARE_MAX;
}

/** Linux counts 100 ticks a second, in the fields 14 (user) and 15 (system). */
function cpuMsOf({ pid }: TestProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
