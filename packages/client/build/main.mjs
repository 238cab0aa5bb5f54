/**
 * Builds the package that others install: ES modules and CommonJS, each with its types, for every platform with
 * `fetch` and Web Crypto.
 *
 *   node build/main.mjs [<folder>]     default: packages/client/dist
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGE = dirname(HERE);
const out = resolve(process.argv[2] ?? join(PACKAGE, 'dist'));

rmSync(out, { recursive: true, force: true });
for (const [folder, format] of [
  ['esm', 'esm'],
  ['cjs', 'cjs'],
]) {
  await build({
    entryPoints: [join(PACKAGE, 'src/index.ts')],
    outfile: join(out, folder, 'index.js'),
    bundle: true,
    format,
    platform: 'neutral', // an import of a Node module fails
    target: 'es2022',
  });
  const type = format === 'esm' ? 'module' : 'commonjs';
  writeFileSync(join(out, folder, 'package.json'), `${JSON.stringify({ type })}\n`);
}
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [tsc, '--project', HERE, '--outDir', join(out, 'esm')], { stdio: 'inherit' });
cpSync(join(out, 'esm'), join(out, 'cjs'), { recursive: true, filter: (from) => !/\.(js|json)$/.test(from) });
copyFileSync(join(PACKAGE, 'README.md'), join(out, 'README.md'));

const { name, version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
const entry = (folder) => ({ types: `./${folder}/index.d.ts`, default: `./${folder}/index.js` });
const published = {
  name,
  version,
  description: 'Holds stock between checkout and payment: the client of Holdfast.',
  license: 'UNLICENSED',
  engines: { node: '>=20' },
  sideEffects: false,
  type: 'commonjs', // each folder of the two builds has its own
  main: './cjs/index.js',
  module: './esm/index.js',
  types: './cjs/index.d.ts',
  exports: { '.': { import: entry('esm'), require: entry('cjs') }, './package.json': './package.json' },
};
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
