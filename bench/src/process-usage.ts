import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** CPU seconds, by the name of the process. Empty where there is no /proc. */
export type CpuSeconds = Readonly<Record<string, number>>;

/** Names of the processes that take part in most benchmarks. */
export const API = 'API';
export const POSTGRES = 'PostgreSQL';
export const WORKER = 'worker';
export const GENERATOR = 'load generator';
export const CPU_COLUMNS = [API, POSTGRES, WORKER, GENERATOR] as const;

/** What counts together: a process, or PostgreSQL's postmaster with all its backends. */
export interface Metered {
  readonly pid: number;
  readonly withChildren?: boolean;
}

/** Kernels show CPU times in hundredths of a second, whatever they count in (proc(5), sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

/** Starts counting. @returns what has been used since */
export function meterCpu(processes: Readonly<Record<string, Metered>>): () => CpuSeconds {
  const read = () => Object.entries(processes).map(([name, of]) => [name, usedBy(of)] as const);
  const before = new Map(read());
  return () => {
    const used = read().map(([name, now]) => [name, (now - (before.get(name) ?? 0)) / TICKS_PER_SECOND]);
    return Object.fromEntries(used.filter(([, seconds]) => !Number.isNaN(seconds))) as CpuSeconds;
  };
}

/** What `seconds` are for each thousand. */
export function perThousand(seconds: CpuSeconds, count: number): CpuSeconds {
  return Object.fromEntries(Object.entries(seconds).map(([name, used]) => [name, (used / count) * 1_000]));
}

/** In ticks. NaN when it cannot be known. */
function usedBy({ pid, withChildren = false }: Metered): number {
  const own = statOf(pid);
  if (!own) return Number.NaN;
  if (!withChildren) return own.used;
  const living = readdirSync('/proc')
    .map(Number)
    .filter((each) => each > 0)
    .map((each) => statOf(each))
    .filter((each) => each?.parent === pid)
    .reduce((sum, each) => sum + (each?.used ?? 0), 0);
  return own.used + own.usedByEndedChildren + living;
}

function statOf(pid: number): { parent: number; used: number; usedByEndedChildren: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields from the third on: the second, the name in brackets, may have blanks and brackets of its own.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11);
    return { parent: fields[1] ?? 0, used: utime + stime, usedByEndedChildren: cutime + cstime };
  } catch {
    return null; // it has ended, or this is no Linux
  }
}

/** What a process has in memory, in MB of a million bytes. */
export interface Memory {
  /** All of it (RSS), and what of that is its own and no file (RssAnon). */
  readonly allMb: number;
  readonly ownMb: number;
}

export interface MemoryWatch {
  /** The most between two times of `Date.now()`. */
  peak(from: number, until: number): Memory;
  stop(): void;
}

const WATCH_EVERY_MS = 200;

/** Looks every 200 ms. */
export function watchMemory(pid: number): MemoryWatch {
  const seen = [{ at: Date.now(), ...readMemory(pid) }];
  const timer = setInterval(() => seen.push({ at: Date.now(), ...readMemory(pid) }), WATCH_EVERY_MS);
  return {
    peak(from, until) {
      seen.push({ at: Date.now(), ...readMemory(pid) });
      const within = seen.filter(({ at }) => at >= from && at <= until);
      return {
        allMb: Math.max(...within.map(({ allMb }) => allMb)),
        ownMb: Math.max(...within.map(({ ownMb }) => ownMb)),
      };
    },
    stop: () => clearInterval(timer),
  };
}

/** For the environment of a process whose memory is to settle. */
export const CAN_SETTLE = { NODE_OPTIONS: `--require "${join(__dirname, 'collect-garbage.cjs')}"` } as const;

/** Some of what a start has left is given back only after a quarter of a minute. */
const SETTLE_MIN_MS = 15_000;
const SETTLE_MAX_MS = 40_000;
const COLLECT_EVERY_MS = 1_000;
const LOOKS = 4;
const STILL_MB = 1;

/**
 * Has an idle process collect its garbage until its memory is stable, and returns what is left. It must have been started
 * with `CAN_SETTLE`: any other is killed by the signal.
 */
export async function settledMemory(pid: number): Promise<Memory> {
  const started = performance.now();
  const samples: number[] = [];
  for (;;) {
    process.kill(pid, 'SIGUSR2');
    await pause(COLLECT_EVERY_MS);
    const now = readMemory(pid);
    samples.push(now.allMb);
    const last = samples.slice(-LOOKS);
    const isStill = Math.max(...last) - Math.min(...last) <= STILL_MB;
    const tookMs = performance.now() - started;
    // Where there is no /proc, there is nothing to wait for.
    if (Number.isNaN(now.allMb) || tookMs > SETTLE_MAX_MS || (isStill && tookMs > SETTLE_MIN_MS)) return now;
  }
}

/** Waits until memory is stable. @returns what measures by how much it grows from there, at most, during some work */
export async function memoryGrowth(pid: number) {
  const still = await settledMemory(pid);
  return async <Result>(work: () => Promise<Result>): Promise<{ result: Result; growthMb: number }> => {
    const watch = watchMemory(pid);
    const from = Date.now();
    const result = await work();
    watch.stop();
    return { result, growthMb: watch.peak(from, Date.now()).allMb - still.allMb };
  };
}

/** NaN where there is no /proc, and of a process that has ended. */
function readMemory(pid: number): Memory {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mb = (name: string) =>
      (Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
    return { allMb: mb('VmRSS'), ownMb: mb('RssAnon') };
  } catch {
    return { allMb: Number.NaN, ownMb: Number.NaN };
  }
}
