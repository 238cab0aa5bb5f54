import { randomUUID } from 'node:crypto';
import { openDatabase } from '@holdfast/db';
import { Ledger } from '@holdfast/ledger';
import { withSession } from '@holdfast/testing';
import { claimSync, finishAttempt } from '@holdfast/warehouse';
import type { Client } from 'pg';
import { callApi, forMany, stockUp, upTo } from '../../api-calls.ts';
import { say } from '../../benchmark.ts';
import { mixedSku, skusOf } from '../../load/loads.ts';
import { API, perThousand, POSTGRES, WORKER, type CpuSeconds } from '../../process-usage.ts';
import { sum } from '../../statistics.ts';
import { digits, nameColumn, paragraphs, short, table, whole, type Column } from '../../table.ts';
import type { Running, Testbed } from '../../testbed.ts';
import { allReported, readStorage, settle, storageSince, type Storage, type TableUse } from './storage.ts';

/** One thing that was done to many reservations. */
export interface Step {
  readonly name: string;
  readonly count: number;
  /** What it has left, once it was vacuumed; and what it has written for that. */
  readonly storage: Storage;
  /** CPU seconds for each 1,000, by process. */
  readonly cpu: CpuSeconds;
}

/** @param workerPid of the process that does a worker's work */
type RecordStep = <Item, Result>(
  name: string,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  workerPid?: number,
) => Promise<Result[]>;

interface Life {
  readonly api: Running;
  readonly lines: number;
  readonly count: number;
  readonly record: RecordStep;
}

/** Longer than any call to the gateway takes: nothing else is there to claim. */
const CLAIM_MS = 60_000;
/** As a worker has it. */
const POOL_MAX = 6;

/**
 * Takes `count` reservations through each step that one can take, in a database of their own. PostgreSQL writes no whole
 * pages to its WAL meanwhile: how many of those there are depends on how far checkpoints are apart, not on the step.
 */
export async function measureLife(
  testbed: Testbed,
  { lines, count }: { readonly lines: number; readonly count: number },
): Promise<readonly Step[]> {
  const database = await testbed.createDatabase('bench_footprint');
  const steps: Step[] = [];
  await withSession(database.url, async (session) => {
    await session.query('ALTER SYSTEM SET full_page_writes = off');
    await session.query('SELECT pg_reload_conf()');
    const api = await testbed.startApp('api', { DATABASE_URL: database.url });
    await stockUp(api.url);
    await settle(session);
    const life = { api, lines, count, record: stepRecorder(session, testbed, api, steps) };
    await recordCalls(life);
    await recordJobs(life, session, database.url);
    await api.stop();
    await session.query('ALTER SYSTEM RESET full_page_writes');
    await session.query('SELECT pg_reload_conf()');
  });
  await database.drop();
  return steps;
}

/** Records steps, one after the other. Nothing else may write to the server meanwhile. */
function stepRecorder(session: Client, testbed: Testbed, server: Running, steps: Step[]): RecordStep {
  return async (name, items, work, workerPid) => {
    const before = await readStorage(session);
    const worker = workerPid === undefined ? null : { pid: workerPid };
    const cpuSince = testbed.meterCpu({ server, worker });
    const results = await forMany(items, work);
    const cpu = perThousand(cpuSince(), items.length);
    await allReported();
    const written = storageSince(before, await readStorage(session));
    // What is dead is free for the next step, as autovacuum would have it.
    await session.query('VACUUM');
    const { tables } = storageSince(before, await readStorage(session));
    steps.push({ name, count: items.length, storage: { ...written, tables }, cpu });
    say(`${name}: done`);
    return results;
  };
}

/** What clients ask for. */
async function recordCalls({ api, lines, count, record }: Life): Promise<void> {
  const numbers = upTo(count);
  const verb = (name: string) => (id: string) => callApi(api.url, 'POST', `/v1/reservations/${id}/${name}`);
  const sold = await record('create', numbers, (n) => create(api, skusOf(n, lines)));
  const kept = await record('create with a key', numbers, (n) => create(api, skusOf(n, lines), randomUUID()));
  await record('confirm', sold, verb('confirm'));
  await record('fulfil', sold, verb('fulfill'));
  await record('release', kept, verb('release'));
  await record('read availability', numbers, (n) => readAvailability(api.url, n));
}

/** What workers do, with their own parts, in this process. */
async function recordJobs(
  { api, lines, count, record }: Life,
  session: Client,
  databaseUrl: string,
): Promise<void> {
  const held = await forMany(upTo(count), (n) => create(api, skusOf(n, lines)));
  await session.query(`UPDATE reservations SET expires_at = clock_timestamp() WHERE status = 'held'`);
  const ledger = new Ledger({ databaseUrl, applicationName: 'holdfast bench ledger' });
  await settle(session);
  await record('expire', held, (id) => ledger.submit({ kind: 'expire', reservationId: id }), process.pid);
  await ledger.close();

  const database = openDatabase(databaseUrl, { poolMax: POOL_MAX, applicationName: 'holdfast bench' });
  const { rows } = await session.query<{ id: string }>('SELECT id FROM warehouse_syncs LIMIT $1', [count]);
  const sync = async ({ id }: { id: string }) => {
    const claimed = await claimSync(database.prisma, id, CLAIM_MS);
    if (!claimed) throw new Error(`the sync ${id} cannot be claimed`);
    await finishAttempt(database, claimed, { state: 'succeeded', status: 200 });
  };
  await record('tell the warehouse', rows, sync, process.pid);
  await database.close();
}

/** @returns its id */
async function create({ url }: Running, skus: readonly string[], key?: string): Promise<string> {
  const body = { order_id: 'o-1001', lines: skus.map((sku) => ({ sku, quantity: 1 })) };
  const answer = await callApi(url, 'POST', '/v1/reservations', { body, key });
  const id = /"id":"([\da-f-]{36})"/.exec(answer)?.[1];
  if (id === undefined) throw new Error(`no id in ${answer}`);
  return id;
}

/** Of the n-th SKU. */
export const readAvailability = (apiUrl: string, n: number): Promise<string> =>
  callApi(apiUrl, 'GET', `/v1/items/${mixedSku(n)}/availability`);

export function renderLife(lines: number, steps: readonly Step[]): string {
  const each = (figure: keyof TableUse) => (step: Step) =>
    sum(Object.values(step.storage.tables).map((use) => use[figure])) / step.count;
  const cpu =
    (process: string) =>
    ({ cpu }: Step) =>
      cpu[process] ?? Number.NaN;
  const names = [...new Set(steps.flatMap(({ storage }) => Object.keys(storage.tables)))].toSorted();
  return paragraphs(
    `### ${whole(steps[0]?.count ?? 0)} reservations of ${lines === 1 ? 'one line' : 'two lines'}`,
    table(steps, [
      ['for each', ({ name }) => name],
      ['bytes of rows', each('heapBytes')],
      ['of indexes', each('indexBytes')],
      ['rows new', each('inserted'), short],
      ['changed', each('updated'), short],
      ['of them in place', each('updatedInPlace'), short],
      ['WAL bytes', ({ storage, count }) => storage.walBytes / count],
      ['CPU ms: API', cpu(API), digits(3)],
      ['PostgreSQL', cpu(POSTGRES), digits(3)],
      ['worker', cpu(WORKER), digits(3)],
    ]),
    'Bytes for each, rows + indexes, by table:',
    table(
      names.map((name) => ({ name })),
      [
        nameColumn,
        ...steps.map(({ name: step, storage, count }): Column<{ readonly name: string }> => [
          step,
          ({ name }) => {
            const use = storage.tables[name];
            return use && `${whole(use.heapBytes / count)} + ${whole(use.indexBytes / count)}`;
          },
        ]),
      ],
    ),
  );
}
