import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type Plugin, stop } from 'esbuild';

const ROOT = join(__dirname, '../..');
/** Inside the checkout, so that the compiled apps find node_modules. */
const PLACE = join(ROOT, '.data/test-apps');
const APPS = ['api', 'worker', 'gateway-sim'];

/** Libraries are not bundled, and each file keeps its own directory. */
const ownSourcesOnly: Plugin = {
  name: 'own sources only',
  setup(run) {
    run.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@holdfast/') ? undefined : { path, external: true },
    );
    run.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('__dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};

/**
 * Compiles each app into one file for the tests that start processes: they start some 150, and a start from the sources
 * costs a second of processor time more.
 *
 * @returns how to remove them
 */
export async function compileApps(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  removeAbandoned();
  const dir = join(PLACE, String(process.pid));
  await build({
    entryPoints: APPS.map((app) => ({ in: join(ROOT, 'apps', app, 'src/main.ts'), out: app })),
    outdir: dir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    keepNames: true,
    supported: { 'dynamic-import': false }, // `require` is enough, and much faster
    plugins: [ownSourcesOnly],
  });
  await stop();
  env['HOLDFAST_TEST_APPS'] = dir;
  return async () => rmSync(dir, { recursive: true, force: true });
}

/** A run that was killed could not remove its own. */
function removeAbandoned(): void {
  mkdirSync(PLACE, { recursive: true });
  for (const dir of readdirSync(PLACE)) {
    if (!isAlive(Number(basename(dir)))) rmSync(join(PLACE, dir), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
