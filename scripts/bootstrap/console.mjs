import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from './child.mjs';

const CONSOLE = 'apps/console';
const STAMP = join(CONSOLE, 'dist/.built-from');

/** What the built console depends on. */
const SOURCES = [
  `${CONSOLE}/src`,
  `${CONSOLE}/index.html`,
  `${CONSOLE}/package.json`,
  `${CONSOLE}/vite.config.ts`,
  'packages/client/src',
  'node_modules/vite/package.json',
  'node_modules/react/package.json',
  'node_modules/@mantine/core/package.json',
];

/** Whether the console was built from these sources. */
export function hasConsole(root) {
  if (!existsSync(join(root, CONSOLE))) return true;
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceHash(root);
}

/** @throws {Error} with the output of the build */
export async function buildConsole(root) {
  const builtFrom = sourceHash(root);
  const { code, output } = await runToEnd(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
    // Tests build it too, and have another NODE_ENV, with which React is its own development version.
    { cwd: join(root, CONSOLE), env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (code !== 0) throw new Error(`The console was not built (exit code ${code}):\n${output.trim()}`);
  writeFileSync(join(root, STAMP), builtFrom);
}

function sourceHash(root) {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((path) => filesIn(root, path))) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function filesIn(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();
}
