import { checkBooks } from '../consistency.ts';
import { say } from '../measure.ts';
import { settledMemory, watchMemory, type MemoryWatch } from '../memory.ts';
import type { Running } from '../stage.ts';
import { median } from '../statistics.ts';

/** A call that reads everything. */
export interface Operation {
  readonly name: string;
  /** The median of the rounds. */
  readonly seconds: number;
  /** The most that the API's memory had grown in any round, since it was at rest before the first. */
  readonly growthMb: number;
}

const ROUNDS = 3;

const operations: readonly {
  readonly name: string;
  readonly run: (apiUrl: string) => Promise<unknown>;
}[] = [
  { name: 'Consistency check', run: (url) => checkBooks(url, { deep: false }) },
  { name: 'Deep consistency check', run: (url) => checkBooks(url, { deep: true }) },
  { name: 'Snapshot', run: takeSnapshot },
];

/** All of them in turn, in several rounds. @throws {Error} when the books are not right */
export async function timeOperations(api: Running): Promise<readonly Operation[]> {
  say('waiting until the memory of the API stands still');
  const still = await settledMemory(api.pid);
  const memory = watchMemory(api.pid);
  const took: { name: string; seconds: number; growthMb: number }[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { name, run } of operations) {
      const { seconds, peakMb } = await timeOne(() => run(api.url), memory);
      say(`round ${round}: ${name}: ${seconds.toFixed(2)} s`);
      took.push({ name, seconds, growthMb: peakMb - still.allMb });
    }
  }
  memory.stop();
  return operations.map(({ name }) => {
    const rounds = took.filter((each) => each.name === name);
    return {
      name,
      seconds: median(rounds.map(({ seconds }) => seconds)),
      growthMb: Math.max(...rounds.map(({ growthMb }) => growthMb)),
    };
  });
}

async function timeOne(
  work: () => Promise<unknown>,
  memory: MemoryWatch,
): Promise<{ seconds: number; peakMb: number }> {
  const from = Date.now();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1_000;
  return { seconds, peakMb: memory.peak(from, Date.now()).allMb };
}

async function takeSnapshot(apiUrl: string): Promise<void> {
  const response = await fetch(new URL('/v1/inventory/snapshots', apiUrl), { method: 'POST' });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`the snapshot was answered ${response.status}: ${text}`);
}
