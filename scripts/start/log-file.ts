import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { join, relative } from 'node:path';

const ROTATE_AT_BYTES = 10_000_000;
const LAST_LINES = 10;

/** The log of one app under `npm start`: everything goes to a file, and warnings and errors to the terminal too. */
export interface LogFile {
  readonly path: string;
  write(line: string): void;
  /** The last lines, and where the others are: for a message about an app that has died. */
  describeEnd(): string;
}

/** Appends to `<dir>/<name>.log`. What an earlier run wrote is kept, up to a size, in `<name>.log.1` after that. */
export function openLogFile(dir: string, name: string, isShown: (line: string) => boolean): LogFile {
  const path = join(dir, `${name}.log`);
  mkdirSync(dir, { recursive: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_AT_BYTES) renameSync(path, `${path}.1`);
  // Tells at once, with a clear error, when the directory may not be written.
  appendFileSync(path, '');
  const file = createWriteStream(path, { flags: 'a' });
  const lastLines: string[] = [];
  return {
    path,
    write(line) {
      file.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      if (isShown(line)) process.stdout.write(`${line}\n`);
    },
    describeEnd() {
      const where = relative(process.cwd(), path);
      return `Its last lines (${where} has them all):\n${lastLines.map((line) => `  ${line}`).join('\n')}`;
    },
  };
}

/** Log lines are JSON with a `level` (packages/runtime/src/logger.ts). */
export const isWarningOrError = (line: string): boolean => /"level":"(warn|error)"/.test(line);
