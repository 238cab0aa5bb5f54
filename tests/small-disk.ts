import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Set at the start of the run (scripts/test-services/programs.ts). */
export const hasSmallDisks = (): boolean => process.env['HOLDFAST_TEST_SMALL_DISKS'] === 'yes';

export type SmallDisk = ReturnType<typeof mountSmallDisk>;

const CHUNK = Buffer.alloc(64 * 1_024);

/**
 * A disk of a test's own, in memory (tmpfs), which it can fill and empty.
 *
 * @param dir where it is mounted; a new directory unless given
 */
export function mountSmallDisk(megabytes: number, dir = mkdtempSync(join(tmpdir(), 'holdfast-disk-'))) {
  mkdirSync(dir, { recursive: true });
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'holdfast-test', dir);
  const filling = join(dir, 'filling');
  return {
    dir,
    /** Fills it completely. */
    fill(): void {
      // Other processes write and delete at the same time.
      const file = openSync(filling, 'a');
      try {
        for (let size = CHUNK.length; size > 0;) {
          if (!isWritten(file, size)) size = size > 4_096 ? 4_096 : statfsSync(dir).bavail > 0 ? size : 0;
        }
      } finally {
        closeSync(file);
      }
    },
    /** Removes what `fill` has written. */
    empty: () => rmSync(filling, { force: true }),
    makeReadOnly: () => run('mount', '-o', 'remount,ro', dir),
    unmount(): void {
      // Processes with open files there keep them.
      run('umount', '--lazy', dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function isWritten(file: number, bytes: number): boolean {
  try {
    return writeSync(file, CHUNK, 0, bytes) === bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
