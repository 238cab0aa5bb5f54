import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npmCommand, runToEnd } from './child.mjs';
import { withLock } from './lock.mjs';
import { withProgress } from './progress.mjs';

const INSTALLED_STAMP = 'node_modules/.holdfast-installed';
const GENERATED = 'packages/db/src/generated';
const GENERATED_STAMP = join(GENERATED, '.holdfast-generated');

/**
 * Installs the dependencies and generates the Prisma client, each only when it is missing or out of date.
 *
 * @throws {Error} whose message says what failed, with the failing tool's output
 */
export async function setUp(root) {
  if (isInstalled(root) && isGenerated(root)) return;
  // Outside node_modules, which `npm ci` empties.
  await withLock(join(root, '.data/setup.lock'), async () => {
    if (!isInstalled(root)) await withProgress('Installing dependencies', () => install(root));
    if (!isGenerated(root)) await withProgress('Generating the Prisma client', () => generate(root));
  });
}

function isInstalled(root) {
  const lockfile = readIfThere(join(root, 'package-lock.json'));
  const stamp = join(root, INSTALLED_STAMP);
  if (readIfThere(stamp) === hash(lockfile)) return true;
  if (!isInstalledByHand(root, lockfile)) return false;
  writeFileSync(stamp, hash(lockfile));
  return true;
}

/** `npm install` or `npm ci` typed by a person leave no stamp of ours, but npm's own record of what is installed. */
function isInstalledByHand(root, lockfile) {
  const record = readIfThere(join(root, 'node_modules/.package-lock.json'));
  if (!record) return false;
  const wanted = JSON.parse(lockfile).packages;
  const installed = JSON.parse(record).packages;
  return Object.entries(wanted).every(([path, want]) => {
    // The root and the workspaces themselves are not in npm's record, only the links to them.
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (!found) return want.optional === true || want.peer === true || want.devOptional === true;
    return found.version === want.version && found.integrity === want.integrity;
  });
}

async function install(root) {
  const lockfile = readIfThere(join(root, 'package-lock.json'));
  rmSync(join(root, INSTALLED_STAMP), { force: true });
  const [npm, ...args] = npmCommand();
  const ci = ['ci', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { code, output } = await runToEnd(npm, [...args, ...ci], { cwd: root });
  if (code !== 0) throw new Error(`npm ci failed (exit code ${code}):\n${firstLines(output)}`);
  writeFileSync(join(root, INSTALLED_STAMP), hash(lockfile));
}

function isGenerated(root) {
  if (!existsSync(join(root, 'prisma/schema.prisma'))) return true;
  if (!existsSync(join(root, GENERATED, 'prisma/client.ts'))) return false;
  return readIfThere(join(root, GENERATED_STAMP)) === schemaHash(root);
}

async function generate(root) {
  const made = schemaHash(root);
  const { code, output } = await runToEnd(
    process.execPath,
    [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--no-hints'],
    {
      cwd: root,
      env: {
        ...process.env,
        // `generate` does not use the schema engine, but the CLI wants to download one unless told where it is.
        PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY || process.execPath,
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (code !== 0) throw new Error(`prisma generate failed (exit code ${code}):\n${firstLines(output)}`);
  mkdirSync(dirname(join(root, GENERATED_STAMP)), { recursive: true });
  writeFileSync(join(root, GENERATED_STAMP), made);
}

function schemaHash(root) {
  const sources = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];
  return hash(sources.map((source) => readIfThere(join(root, source))).join('\0'));
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/** npm adds its whole usage text to some errors. */
const firstLines = (text) => text.trim().split('\n').slice(0, 20).join('\n');

const hash = (text) => createHash('sha256').update(text).digest('hex');
