import { join } from 'node:path';
import { buildConsole, hasConsole } from './console.mjs';
import { hasDependencies, installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { generatePrismaClient, hasPrismaClient } from './prisma-client.mjs';
import { withProgress } from './progress.mjs';

/**
 * Installs a set of dependencies, generates the Prisma client and, for those that serve it, builds the console, each only
 * when it is missing or out of date.
 *
 * @param {import('./dependencies.mjs').DependencySet} set
 * @throws {Error} with the step that failed, and the output of its tool
 */
export async function setUp(root, set, { withConsole = false } = {}) {
  const needsConsole = () => withConsole && !hasConsole(root);
  if (hasDependencies(root, set) && hasPrismaClient(root) && !needsConsole()) return;
  // Outside node_modules, which `npm ci` empties.
  await withLock(join(root, '.data/setup.lock'), async () => {
    if (!hasDependencies(root, set)) {
      await withProgress('Installing dependencies', () => installDependencies(root, set));
    }
    if (!hasPrismaClient(root)) {
      await withProgress('Generating the Prisma client', () => generatePrismaClient(root));
    }
    if (needsConsole()) await withProgress('Building the console', () => buildConsole(root));
  });
}
