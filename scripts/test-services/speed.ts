import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setSlowness, slowness } from '@holdfast/testing';

/** Milliseconds that the measures take on the reference machine, two idle cores of an AMD EPYC. */
const REFERENCE = { processor: 100, 'process start': 40, disk: 20 } as const;

type Measure = keyof typeof REFERENCE;

const measures: Readonly<Record<Measure, () => void>> = {
  processor: hashMegabytes,
  'process start': () => void spawnSync(process.execPath, ['-e', '']),
  disk: syncToDisk,
};

/**
 * Measures how much slower than the reference machine this one is now, by its slowest part. The deadlines of all tests follow
 * it (packages/testing/src/patience.ts). Takes half a second.
 */
export function measureSpeed(env: NodeJS.ProcessEnv): void {
  const found = Object.entries(measures).map(([name, run]) => {
    const took = Math.min(timeOf(run), timeOf(run), timeOf(run)); // the first one also fills caches
    return { name, ratio: took / REFERENCE[name as Measure] };
  });
  setSlowness(env, Math.max(...found.map(({ ratio }) => ratio)));
  const parts = found.map(({ name, ratio }) => `${name} ${ratio.toFixed(1)}`).join(', ');
  process.stderr.write(
    `This machine is ${slowness().toFixed(1)} times as slow as the reference machine (${parts}); deadlines follow.\n`,
  );
}

function timeOf(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

function hashMegabytes(): void {
  const megabyte = Buffer.alloc(1_000_000);
  for (let times = 0; times < 60; times += 1) createHash('md5').update(megabyte).digest();
}

/** Writes as a database writes its log. */
function syncToDisk(): void {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-speed-'));
  const file = openSync(join(dir, 'log'), 'w');
  for (let times = 0; times < 10; times += 1) {
    writeSync(file, Buffer.alloc(8_192));
    fsyncSync(file);
  }
  closeSync(file);
  rmSync(dir, { recursive: true });
}
