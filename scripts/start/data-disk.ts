import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A disk that cannot be used. `message` names the disk, and says what to do. */
export class DiskError extends Error {
  override name = 'DiskError';
}

/** As Node and PostgreSQL word it. */
const NO_ROOM = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i;

export const saysNoRoom = (text: string): boolean => NO_ROOM.test(text);

/** Names the directory and the free space of its disk, for users other than root. */
export function describeRoom(dir: string): string {
  const { bavail, blocks, bsize } = statfsSync(nearestExisting(dir));
  const megabytes = (count: number) => `${((count * bsize) / 1_024 ** 2).toFixed(1)} MB`;
  return `the disk of ${dir} has too little room: ${megabytes(bavail)} of ${megabytes(blocks)} are free`;
}

/**
 * Checks before anything is written. Node's own `mkdir` reports a read-only disk as a directory that does not exist.
 *
 * @throws {DiskError}
 */
export function requireWritable(dir: string): void {
  const existing = nearestExisting(dir);
  if (!statSync(existing).isDirectory()) throw new DiskError(`${existing} is not a directory. ${CHOOSE}`);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === 'EROFS';
    throw new DiskError(
      isReadOnly
        ? `${existing} can only be read: its file system is mounted read-only. ${CHOOSE}`
        : `${existing} may not be written by this user. ${CHOOSE}`,
    );
  }
}

const CHOOSE = 'Choose another DATA_DIR.';

function nearestExisting(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })) return path;
  const parent = dirname(path);
  return parent === path ? path : nearestExisting(parent);
}
