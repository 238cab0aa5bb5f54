import { randomUUID } from 'node:crypto';
import { claimSync, finishAttempt, openDatabase } from '@holdfast/db';
import { Ledger } from '@holdfast/ledger';
import type { Client } from 'pg';
import { mixed } from '../loads.ts';
import type { Running, Stage } from '../stage.ts';
import { stockUp } from '../stock.ts';
import { call, forMany } from './many-calls.ts';
import { stepRecorder, type RecordStep, type Step } from './step.ts';
import { openClient, settle } from './storage.ts';

interface Life {
  readonly lines: number;
  readonly count: number;
}

/** Longer than any call to the gateway takes: nobody else is there to claim. */
const CLAIM_MS = 60_000;

/** As a worker has it. */
const POOL_MAX = 6;

/**
 * Takes `count` reservations through each step that one can take, in a database of their own. PostgreSQL writes no whole
 * pages to its WAL meanwhile: how many of those there are depends on how far checkpoints are apart, not on the step.
 */
export async function measureLife(stage: Stage, life: Life): Promise<readonly Step[]> {
  const database = await stage.createDatabase('bench_footprint');
  const client = await openClient(database.url);
  await client.query('ALTER SYSTEM SET full_page_writes = off');
  await client.query('SELECT pg_reload_conf()');
  const api = await stage.startApp('api', { DATABASE_URL: database.url });
  await stockUp(api.url);
  await settle(client);
  const { record, steps } = stepRecorder(client, stage, api);
  await takeCalls(record, api, life);
  await takeJobs(record, api, client, database.url, life);
  await api.stop();
  await client.query('ALTER SYSTEM RESET full_page_writes');
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  await database.drop();
  return steps;
}

/** What clients ask for. */
async function takeCalls(record: RecordStep, api: Running, { lines, count }: Life): Promise<void> {
  const numbers = upTo(count);
  const verb = (name: string) => (id: string) =>
    call(new URL(`/v1/reservations/${id}/${name}`, api.url), { method: 'POST' });
  const sold = await record('create', numbers, (n) => create(api, linesOf(n, lines)));
  const kept = await record('create with a key', numbers, (n) =>
    create(api, linesOf(n, lines), randomUUID()),
  );
  await record('confirm', sold, verb('confirm'));
  await record('fulfil', sold, verb('fulfill'));
  await record('release', kept, verb('release'));
  await record('read availability', numbers, (n) =>
    call(new URL(`/v1/items/${mixed[n % mixed.length]}/availability`, api.url), { method: 'GET' }),
  );
}

/** What workers do, with their own parts, in this process. */
async function takeJobs(
  record: RecordStep,
  api: Running,
  client: Client,
  databaseUrl: string,
  { lines, count }: Life,
): Promise<void> {
  const held = await forMany(upTo(count), (n) => create(api, linesOf(n, lines)));
  await client.query(`UPDATE reservations SET expires_at = clock_timestamp() WHERE status = 'held'`);
  const ledger = new Ledger({ databaseUrl, applicationName: 'holdfast bench ledger' });
  await settle(client);
  await record('expire', held, (id) => ledger.submit({ kind: 'expire', reservationId: id }), process.pid);
  await ledger.close();

  const database = openDatabase(databaseUrl, { poolMax: POOL_MAX, applicationName: 'holdfast bench' });
  const { rows } = await client.query<{ id: string }>('SELECT id FROM warehouse_syncs LIMIT $1', [count]);
  const tell = async ({ id }: { id: string }) => {
    const sync = await claimSync(database.prisma, id, CLAIM_MS);
    if (!sync) throw new Error(`the sync ${id} cannot be claimed`);
    await finishAttempt(database, sync, { state: 'succeeded', status: 200 });
  };
  await record('tell the warehouse', rows, tell, process.pid);
  await database.close();
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

const linesOf = (n: number, lines: number) =>
  Array.from({ length: lines }, (_, line) => ({ sku: mixed[(n + line * 311) % mixed.length], quantity: 1 }));

/** Answers with its id. */
async function create(api: Running, lines: readonly object[], key?: string): Promise<string> {
  const body = { order_id: 'o-1001', lines };
  const url = new URL('/v1/reservations', api.url);
  const answer = await call(url, { method: 'POST', body, ...(key !== undefined && { key }) });
  const id = /"id":"([\da-f-]{36})"/.exec(answer)?.[1];
  if (id === undefined) throw new Error(`no id in ${answer}`);
  return id;
}
