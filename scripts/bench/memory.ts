import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What a process has in memory, in MB of a million bytes. */
export interface Memory {
  /** All of it (RSS), and what of that is its own and no file (RssAnon). */
  readonly allMb: number;
  readonly ownMb: number;
}

export interface MemoryWatch {
  /** The most that was seen between two times of `Date.now()`. */
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
 * Has an idle process collect its garbage until its memory stands still, and says what is left. It must have been started
 * with `CAN_SETTLE`: any other is killed by the signal.
 */
export async function settledMemory(pid: number): Promise<Memory> {
  const started = performance.now();
  const seen: number[] = [];
  for (;;) {
    process.kill(pid, 'SIGUSR2');
    await pause(COLLECT_EVERY_MS);
    const now = readMemory(pid);
    seen.push(now.allMb);
    const last = seen.slice(-LOOKS);
    const isStill = Math.max(...last) - Math.min(...last) <= STILL_MB;
    const tookMs = performance.now() - started;
    // Where there is no /proc, there is nothing to wait for.
    if (Number.isNaN(now.allMb) || tookMs > SETTLE_MAX_MS || (isStill && tookMs > SETTLE_MIN_MS)) return now;
  }
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
