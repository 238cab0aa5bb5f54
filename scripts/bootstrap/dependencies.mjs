import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, runToEnd } from './child.mjs';

/**
 * What a command needs: `runtime` is what the service runs with, `everything` has the tools of tests, checks and
 * benches too (the devDependencies).
 *
 * @typedef {'runtime' | 'everything'} DependencySet
 */

/** npm writes it as the last step of an installation. */
const NPM_RECORD = 'node_modules/.package-lock.json';

/** Exists while packages are added beside a set that is in use, when npm's record still describes the old set. */
const ADDING = 'node_modules/.holdfast-adding';

const FLAGS = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

/** Whether node_modules has all packages of the set, as package-lock.json wants them. More may be installed. */
export function hasDependencies(root, set) {
  if (existsSync(join(root, ADDING))) return false;
  const installed = packagesIn(join(root, NPM_RECORD));
  if (!installed) return false;
  return Object.entries(packagesIn(join(root, 'package-lock.json')) ?? {}).every(([path, want]) => {
    // The root and the workspaces themselves are not in npm's record, only the links to them.
    if (!path.includes('node_modules/')) return true;
    if (set === 'runtime' && want.dev) return true;
    const found = installed[path];
    if (!found) return want.optional === true || want.devOptional === true;
    return found.version === want.version && found.integrity === want.integrity;
  });
}

/**
 * Installs a set. A complete run-time set is added to in place, because a service may be running from it; anything else
 * is replaced. A clone whose tools are out of date gets them again, also when only the run-time set was asked for.
 *
 * @throws {Error} with npm's output
 */
export async function installDependencies(root, set) {
  if (set === 'everything' && hasDependencies(root, 'runtime')) return addTools(root);
  const wanted = set === 'everything' || hadTools(root) ? 'everything' : 'runtime';
  // npm would remove the old packages and the old record in any order.
  rmSync(join(root, NPM_RECORD), { force: true });
  await npm(root, ['ci', wanted === 'everything' ? '--include=dev' : '--omit=dev']);
}

async function addTools(root) {
  writeFileSync(join(root, ADDING), '');
  try {
    await npm(root, ['install', '--include=dev', '--no-save']);
  } catch (error) {
    if (!error.wasKilled) rmSync(join(root, ADDING)); // npm has restored what it had changed
    throw error;
  }
  rmSync(join(root, ADDING));
}

/** Whether tools were installed for this or an earlier package-lock.json. */
function hadTools(root) {
  return Object.values(packagesIn(join(root, NPM_RECORD)) ?? {}).some(({ dev }) => dev === true);
}

async function npm(root, command) {
  const [program, ...args] = npmCommand();
  const { code, output } = await runToEnd(program, [...args, ...command, ...FLAGS], { cwd: root });
  if (code === 0) return;
  const error = new Error(`npm ${command[0]} failed (exit code ${code}):\n${firstLines(output)}`);
  throw Object.assign(error, { wasKilled: code > 128 });
}

/** @returns undefined when there is no such file */
function packagesIn(lockfile) {
  if (!existsSync(lockfile)) return undefined;
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/** npm adds its whole usage text to some errors. */
const firstLines = (text) => text.trim().split('\n').slice(0, 20).join('\n');
