import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FakeClock = ReturnType<typeof createFakeClock>;

const LIBRARIES = '/usr/lib';

/** Debian's package `faketime` puts it below the directory of the architecture. */
function findLibrary(): string | undefined {
  if (!existsSync(LIBRARIES)) return undefined;
  return readdirSync(LIBRARIES)
    .map((directory) => join(LIBRARIES, directory, 'faketime/libfaketime.so.1'))
    .find((path) => existsSync(path));
}

const library = findLibrary();

/** Whether libfaketime is installed. Tests that need it are skipped without it, but never in CI. */
export const hasFakeClock = library !== undefined;

/**
 * The wall clock of processes that are started with `env`, which the test sets while they run. Their
 * monotonic clock does not change, as on a host whose clock an operator or NTP sets.
 */
export function createFakeClock(seconds = 0) {
  if (library === undefined) throw new Error('These tests set clocks: install faketime');
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-clock-'));
  const file = join(directory, 'offset');
  const set = (offset: number): void => {
    const next = `${file}.next`;
    writeFileSync(next, `${offset < 0 ? '' : '+'}${offset}s\n`);
    renameSync(next, file); // a process that reads half a line would read no offset
  };
  set(seconds);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    /** From now on the clock is `seconds` ahead of the host's; negative: behind it. */
    set,
    /** Removes its file. The processes must have ended. */
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
