import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@holdfast/testing';
import { LineFile } from './line-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-lines-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (path: string) => {
  const reports: string[] = [];
  const file = new LineFile({
    path,
    onBroken: ({ message }) => reports.push(message),
    onWrittenAgain: (missing) => reports.push(`${missing} missing`),
  });
  return { file, reports };
};

test('lines are appended to what is there', async () => {
  const path = join(dir, 'a.log');
  for (const line of ['one', 'two']) open(path).file.write(line);
  await eventually(() =>
    expect(readFileSync(path, 'utf8').split('\n').toSorted()).toEqual(['', 'one', 'two']),
  );
});

test('a log takes at most two files of 10 MB', async () => {
  const path = join(dir, 'a.log');
  const { file } = open(path);
  for (let written = 1; written <= 350; written += 1) {
    file.write(`line ${written} `.padEnd(99_999, 'x'));
    const isThere = () => readFileSync(path, 'utf8').includes(`line ${written} `);
    if (written % 20 === 0) await eventually(isThere); // otherwise it would exceed the buffer for a slow disk
  }
  await eventually(() => expect(sizeOf(`${path}.1`)).toBeGreaterThan(10_000_000));
  expect(sizeOf(`${path}.1`)).toBeLessThan(10_200_000);
  expect(sizeOf(path)).toBeLessThan(10_200_000);
});

test('lines that cannot be written are left out, and that is reported once', async () => {
  // On Linux every write to it fails, as on a full disk.
  if (!existsSync('/dev/full')) return;
  const { file, reports } = open('/dev/full');
  await eventually(
    () => {
      file.write('a line');
      return reports.length > 0;
    },
    { everyMs: 1 },
  );
  const until = performance.now() + 1_200; // by then it has been opened again, and has failed again
  await eventually(() => {
    file.write('a line');
    return performance.now() > until;
  });
  expect(reports).toEqual([expect.stringContaining('ENOSPC')]);
});

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
