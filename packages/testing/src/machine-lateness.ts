import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { administrationUrl } from './databases.ts';
import { eventually } from './eventually.ts';
import { slowness } from './patience.ts';

const SAMPLE_EVERY_MS = 10;
/**
 * How often a call through Holdfast waits for the scheduler: client, API, PostgreSQL, queue, worker, gateway.
 */
const HOPS = 20;

/** The result of some work, how long it took, and how late this machine was meanwhile. */
export interface Timed<T> {
  readonly value: T;
  readonly tookMs: number;
  /** The longest delay of a timer and a round trip to PostgreSQL; some milliseconds on an idle machine. */
  readonly lateMs: number;
  /**
   * The promised time, adjusted to this machine: multiplied by the processes that shared a core, or by the
   * slowness that was measured at the start of the run, plus the lateness of each step of a call.
   */
  readonly allowedMs: (promisedMs: number) => number;
}

/**
 * The most calls of a paced stream that may arrive in one second: the limit, or on a late machine, where they arrive
 * together, as many as are sent in a second plus three times the lateness.
 */
export function allowedInASecond(limit: number, everyMs: number, lateMs: number): number {
  return Math.max(limit, Math.ceil((1_000 + 3 * lateMs) / everyMs));
}

/**
 * Times `work` for a test that promises a time, and measures the machine in the same seconds: a timer, a
 * round trip to PostgreSQL, and how many processes want to run. Other load delays those as much as `work`, so
 * a bound of `allowedMs` fails for slow code only.
 */
export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const client = new Client({ connectionString: administrationUrl() });
  await client.connect();
  const samples = { count: 0, runnable: 0, lateMs: 0 };
  const over = new AbortController();
  const sampling = (async () => {
    while (!over.signal.aborted) {
      const began = performance.now();
      await pause(SAMPLE_EVERY_MS);
      await client.query('SELECT 1');
      samples.lateMs = Math.max(samples.lateMs, performance.now() - began - SAMPLE_EVERY_MS);
      samples.runnable += runnableProcesses();
      samples.count += 1;
    }
  })();
  const began = performance.now();
  try {
    const value = await work();
    const tookMs = performance.now() - began;
    over.abort();
    await sampling;
    const { lateMs } = samples;
    const share = samples.runnable / Math.max(1, samples.count) / availableParallelism();
    const times = Math.max(1, share, slowness());
    return { value, tookMs, lateMs, allowedMs: (promisedMs) => promisedMs * times + HOPS * lateMs };
  } finally {
    over.abort();
    await sampling;
    await client.end();
  }
}

/**
 * Waits for a condition that is promised within so many milliseconds. @throws when it takes longer than this
 * machine allows
 */
export async function asPromised<T>(
  promisedMs: number,
  check: () => T | false | Promise<T | false>,
): Promise<T> {
  const { value, tookMs, allowedMs } = await timed(() => eventually(check));
  if (tookMs < allowedMs(promisedMs)) return value;
  throw new Error(
    `took ${tookMs} ms, ${promisedMs} ms are promised, ${allowedMs(promisedMs)} ms allowed here`,
  );
}

/** Includes this process. Without /proc, the average of the last minute. */
function runnableProcesses(): number {
  try {
    const [, , , runnable = ''] = readFileSync('/proc/loadavg', 'utf8').split(' ');
    return Number.parseInt(runnable, 10) || 1;
  } catch {
    return loadavg()[0] ?? 1;
  }
}
