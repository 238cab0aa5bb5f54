import { callApi, checkCounters } from '../../api-calls.ts';
import { runRounds, say, subject } from '../../benchmark.ts';
import { memoryGrowth } from '../../process-usage.ts';
import { medianOf } from '../../statistics.ts';
import type { Running } from '../../testbed.ts';

/** A call that reads everything. */
export interface Operation {
  readonly name: string;
  /** The median of the rounds. */
  readonly seconds: number;
  /** The most that the API's memory had grown in any round, since it was at rest before the first. */
  readonly growthMb: number;
}

const ROUNDS = 3;

/** All of them in turn, in several rounds. @throws {Error} when counters are wrong */
export async function timeOperations({ url, pid }: Running): Promise<readonly Operation[]> {
  say('waiting until the memory of the API is stable');
  const growthDuring = await memoryGrowth(pid);
  const operation = (name: string, call: () => Promise<unknown>) =>
    subject(
      name,
      async () => {
        const started = performance.now();
        const { growthMb } = await growthDuring(call);
        return { seconds: (performance.now() - started) / 1_000, growthMb };
      },
      ({ seconds }) => `${seconds.toFixed(2)} s`,
    );
  const operations = [
    operation('Consistency check', () => checkCounters(url, { deep: false })),
    operation('Deep consistency check', () => checkCounters(url, { deep: true })),
    operation('Snapshot', () => callApi(url, 'POST', '/v1/inventory/snapshots')),
  ];
  await runRounds([{ subjects: operations }], { seconds: 0, rounds: ROUNDS, warmUpSeconds: 0 });
  return operations.map(({ name, rounds }) => ({
    name,
    seconds: medianOf(rounds, ({ seconds }) => seconds),
    growthMb: Math.max(...rounds.map(({ growthMb }) => growthMb)),
  }));
}
