import { withSession } from '@holdfast/testing';
import { callApi, stockUp } from '../../api-calls.ts';
import { say } from '../../benchmark.ts';
import { closedLoop, measureLoad } from '../../load/load-figures.ts';
import { keyed, oneHotSku, thousandSkus } from '../../load/loads.ts';
import { API, POSTGRES, type CpuSeconds } from '../../process-usage.ts';
import { digits, paragraphs, short, table, type Column } from '../../table.ts';
import type { Running, Testbed } from '../../testbed.ts';
import { allReported, readStorage, storageSince, type Storage } from './storage.ts';

/** How many reservations share a transaction, a flush of the WAL and a lock, at so many callers. */
export interface GroupCommit {
  readonly load: string;
  readonly connections: number;
  readonly reservations: number;
  readonly perSecond: number;
  readonly batches: number;
  readonly storage: Storage;
  /** CPU seconds for each 1,000, by process. */
  readonly cpu: CpuSeconds;
}

const LOADS = [thousandSkus, keyed, oneHotSku];
const CONNECTIONS = [1, 16, 128];

/** One API, no worker; whole pages are written to the WAL as usual, the last checkpoint being just before. */
export async function measureGroupCommit(testbed: Testbed, seconds: number): Promise<readonly GroupCommit[]> {
  const database = await testbed.createDatabase('bench_group_commit');
  const server = await testbed.startApp('api', { DATABASE_URL: database.url });
  await stockUp(server.url);
  const measured: GroupCommit[] = [];
  await withSession(database.url, async (session) => {
    for (const load of LOADS) {
      for (const connections of CONNECTIONS) {
        await session.query('CHECKPOINT');
        const [before, batched] = [await readStorage(session), await readBatches(server)];
        const order = closedLoop(load, server.url, connections, seconds);
        const { perSecond, cpu } = await measureLoad(testbed, { server }, order);
        const now = await readBatches(server);
        await allReported();
        const storage = storageSince(before, await readStorage(session));
        const [reservations, batches] = [now.commands - batched.commands, now.batches - batched.batches];
        measured.push({ load: load.name, connections, reservations, perSecond, batches, storage, cpu });
        say(`${load.name}, ${connections} connections: ${(reservations / batches).toFixed(1)} in a batch`);
      }
    }
  });
  await server.stop();
  await database.drop();
  return measured;
}

async function readBatches({ url }: Running): Promise<{ commands: number; batches: number }> {
  const metrics = await callApi(url, 'GET', '/metrics');
  const read = (name: string) =>
    Number(new RegExp(`^holdfast_ledger_batch_commands_${name}(?:\\{.*\\})? (.*)$`, 'm').exec(metrics)?.[1]);
  return { commands: read('sum'), batches: read('count') };
}

export function renderGroupCommits(measured: readonly GroupCommit[]): string {
  const perThousand = (heading: string, count: (of: GroupCommit) => number): Column<GroupCommit> => [
    heading,
    (of) => (count(of) / of.reservations) * 1_000,
    short,
  ];
  return paragraphs(
    '### Commits that are shared',
    'One API without a worker, each load just after a checkpoint. All commits of the database are counted, reads too; “flushes” are ' +
      'fsyncs of the WAL; “whole pages” those that had to be written whole, as they were changed for the first time.',
    table(measured, [
      ['', ({ load }) => load],
      ['callers', ({ connections }) => connections],
      ['a second', ({ perSecond }) => perSecond],
      ['in a batch', ({ reservations, batches }) => reservations / batches, short],
      perThousand('for each 1,000: batches', ({ batches }) => batches),
      perThousand('commits', ({ storage }) => storage.commits),
      perThousand('flushes', ({ storage }) => storage.walSyncs),
      perThousand('whole pages', ({ storage }) => storage.walPages),
      perThousand('WAL MB', ({ storage }) => storage.walBytes / 1e6),
      ['CPU s: API', ({ cpu }) => cpu[API] ?? Number.NaN, digits(3)],
      ['PostgreSQL', ({ cpu }) => cpu[POSTGRES] ?? Number.NaN, digits(3)],
    ]),
  );
}
