import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const WAIT_MS = 10 * 60_000;

/**
 * Runs `work` while no other npm command of this clone installs or generates. The lock is a file with the pid of
 * its owner; an owner that has died does not count.
 */
export async function withLock(file, work) {
  await take(file);
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function take(file) {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = performance.now() + WAIT_MS;
  let isTold = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(file);
    if (owner !== undefined && !isAlive(owner)) {
      rmSync(file, { force: true });
    } else {
      if (!isTold)
        process.stderr.write(
          `Waiting: another npm command (pid ${owner ?? '?'}) is setting up this clone.\n`,
        );
      isTold = true;
      if (performance.now() > deadline)
        throw new Error(`Still locked after 10 minutes. If nothing runs there, remove ${file}.`);
      await pause(200);
    }
  }
}

/** @returns undefined while the file is not yet written, or is just gone */
function ownerOf(file) {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
