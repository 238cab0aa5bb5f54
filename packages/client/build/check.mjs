/** Builds the package and has publint and attw look at it: `npm run check:package`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, Package } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
try {
  execFileSync(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), 'main.mjs'), folder]);
  const { name, version, ...rest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { messages } = await publint({ pkgDir: folder, strict: true, pack: false });
  const problems = messages.map((message) => formatMessage(message, { name, version, ...rest }));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => [`/node_modules/${name}/${path}`, readFileSync(join(folder, path), 'utf8')]);
  const analysis = await checkPackage(new Package(Object.fromEntries(files), name, version));
  if (analysis.types === false) problems.push('attw: no types');
  else problems.push(...analysis.problems.map((problem) => `attw: ${JSON.stringify(problem)}`));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
