import type { CpuSeconds } from '../cpu.ts';
import { keyed, oneHotSku, thousandSkus } from '../loads.ts';
import { measureThroughput, say } from '../measure.ts';
import type { Running, Stage } from '../stage.ts';
import { stockUp } from '../stock.ts';
import { allTold, openClient, readStorage, storageSince, type Storage } from './storage.ts';

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
export async function measureGroupCommit(stage: Stage, seconds: number): Promise<readonly GroupCommit[]> {
  const database = await stage.createDatabase('bench_group_commit');
  const client = await openClient(database.url);
  const api = await stage.startApp('api', { DATABASE_URL: database.url });
  await stockUp(api.url);
  const measured: GroupCommit[] = [];
  for (const load of LOADS) {
    for (const connections of CONNECTIONS) {
      await client.query('CHECKPOINT');
      const [before, batched] = [await readStorage(client), await readBatches(api)];
      const settings = { connections, seconds };
      const { perSecond, cpu } = await measureThroughput(stage, { server: api }, load, settings);
      const now = await readBatches(api);
      await allTold();
      const storage = storageSince(before, await readStorage(client));
      const [reservations, batches] = [now.commands - batched.commands, now.batches - batched.batches];
      measured.push({ load: load.name, connections, reservations, perSecond, batches, storage, cpu });
      say(`${load.name}, ${connections} connections: ${(reservations / batches).toFixed(1)} in a batch`);
    }
  }
  await api.stop();
  await client.end();
  await database.drop();
  return measured;
}

async function readBatches(api: Running): Promise<{ commands: number; batches: number }> {
  const metrics = await (await fetch(new URL('/metrics', api.url))).text();
  const read = (name: string) =>
    Number(new RegExp(`^holdfast_ledger_batch_commands_${name}(?:\\{.*\\})? (.*)$`, 'm').exec(metrics)?.[1]);
  return { commands: read('sum'), batches: read('count') };
}
