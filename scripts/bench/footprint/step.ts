import type { Client } from 'pg';
import { perThousand, type CpuSeconds } from '../cpu.ts';
import { meterAll, say } from '../measure.ts';
import type { Running, Stage } from '../stage.ts';
import { forMany } from './many-calls.ts';
import { allTold, readStorage, storageSince, type Storage } from './storage.ts';

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
export type RecordStep = <Item, Result>(
  name: string,
  items: readonly Item[],
  does: (item: Item) => Promise<Result>,
  workerPid?: number,
) => Promise<Result[]>;

/** Records steps, one after the other. Nothing else may write to the server meanwhile. */
export function stepRecorder(
  client: Client,
  stage: Stage,
  server: Running,
): { readonly record: RecordStep; readonly steps: readonly Step[] } {
  const steps: Step[] = [];
  const record: RecordStep = async (name, items, does, workerPid) => {
    const before = await readStorage(client);
    const worker =
      workerPid === undefined ? null : { url: '', pid: workerPid, stop: () => Promise.resolve() };
    const cpuSince = meterAll(stage, { server, worker });
    const results = await forMany(items, does);
    const cpu = perThousand(cpuSince(), items.length);
    await allTold();
    const written = storageSince(before, await readStorage(client));
    // What is dead is free for the next step, as autovacuum would have it.
    await client.query('VACUUM');
    const { tables } = storageSince(before, await readStorage(client));
    steps.push({ name, count: items.length, storage: { ...written, tables }, cpu });
    say(`${name}: done`);
    return results;
  };
  return { record, steps };
}
