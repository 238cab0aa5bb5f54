import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds, by the name of who used them. Empty where there is no /proc. */
export type CpuSeconds = Readonly<Record<string, number>>;

/** What counts together: a process, or PostgreSQL's postmaster with all its backends. */
export interface Metered {
  readonly pid: number;
  readonly withChildren?: boolean;
}

/** Kernels show CPU times in hundredths of a second, whatever they count in (proc(5), sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

/** Starts counting; the answer tells what has been used since. */
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
