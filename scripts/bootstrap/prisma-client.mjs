import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './child.mjs';

const GENERATOR = join(dirname(fileURLToPath(import.meta.url)), 'generate-prisma-client.cjs');
const CLIENT = 'packages/db/src/generated/prisma';
const STAMP = join(CLIENT, '.generated-from');

/** Whether the Prisma client was generated from this schema, by this generator. */
export function hasPrismaClient(root) {
  if (!existsSync(join(root, 'prisma/schema.prisma'))) return true;
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceHash(root);
}

/** @throws {Error} with the generator's output */
export async function generatePrismaClient(root) {
  const generatedFrom = sourceHash(root);
  const { code, output } = await runToEnd(process.execPath, [GENERATOR], { cwd: root });
  if (code !== 0)
    throw new Error(`The Prisma client was not generated (exit code ${code}):\n${output.trim()}`);
  writeFileSync(join(root, STAMP), generatedFrom);
}

function sourceHash(root) {
  const sources = ['prisma/schema.prisma', 'node_modules/@prisma/client-generator-ts/package.json'];
  const hash = createHash('sha256').update(readFileSync(GENERATOR));
  for (const source of sources) hash.update(readFileSync(join(root, source)));
  return hash.digest('hex');
}
