import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describeRoom, saysNoRoom } from './data-disk.ts';
import { LineFile } from './line-file.ts';

const LAST_LINES = 10;

export type LogFile = ReturnType<typeof openLogFile>;

/**
 * The log of one app under `npm start`, `<dir>/<name>.log`: everything goes there, and warnings and errors to the
 * terminal too.
 *
 * @throws when the directory may not be written
 */
export function openLogFile(dir: string, name: string, isShown: (line: string) => boolean) {
  const path = join(dir, `${name}.log`);
  mkdirSync(dir, { recursive: true });
  const file = new LineFile({
    path,
    onBroken: (error) =>
      show(`${path} cannot be written: ${reasonOf(error, path)}. Its lines are left out until it can.`),
    onWrittenAgain: (missing) => show(`${path} is written again; ${missing} lines are missing.`),
  });
  const lastLines: string[] = [];
  return {
    path,
    write(line: string): void {
      file.write(line);
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      if (isShown(line)) show(line);
    },
    /** The last lines, and where the others are: for a message about an app that has died. */
    describeEnd(): string {
      const where = relative(process.cwd(), path);
      return `Its last lines (${where} has them all):\n${lastLines.map((line) => `  ${line}`).join('\n')}`;
    },
  };
}

const show = (line: string) => process.stdout.write(`${line}\n`);

const reasonOf = (error: Error, path: string) =>
  saysNoRoom(error.message) ? describeRoom(dirname(path)) : error.message;

/** Log lines are JSON with a `level` (packages/runtime/src/logger.ts). */
export const isWarningOrError = (line: string): boolean => /"level":"(warn|error)"/.test(line);
