import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Stands for npm: notes its arguments, and leaves what npm leaves. `FAIL_NPM` ends it before its record is written. */
const NPM = `
const { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2).filter((arg) => !/^--(no-audit|no-fund|prefer-offline|loglevel)/.test(arg));
appendFileSync('calls.txt', args.join(' ') + '\\n');
if (args[0] === 'ci') rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules', { recursive: true });
if (process.env.FAIL_NPM === 'killed') process.kill(process.pid, 'SIGKILL');
else if (process.env.FAIL_NPM) process.exit(1);
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const isInstalled = ([path, { dev, optional }]) =>
  path.startsWith('node_modules/') && !optional && !(dev && args.includes('--omit=dev'));
const installed = Object.fromEntries(Object.entries(packages).filter(isInstalled));
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
`;

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'holdfast-setup-'));
  writeFileSync(join(clone, 'npm-cli.js'), NPM);
  writeLockfile('5.1.0');
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

function writeLockfile(expressVersion: string): void {
  const packages = {
    '': { name: 'holdfast' },
    'apps/api': { name: '@holdfast/api' },
    'node_modules/express': { version: expressVersion, integrity: `sha512-${expressVersion}` },
    'node_modules/jest': { version: '30.0.0', integrity: 'sha512-jest', dev: true },
    'node_modules/fsevents': { version: '2.0.0', integrity: 'sha512-fsevents', optional: true },
  };
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages }));
}

/** Sets the clone up as an npm command does, and answers how npm was called for it. */
function setUp(set: 'runtime' | 'everything', env: Record<string, string> = {}): string[] {
  const calls = join(clone, 'calls.txt');
  rmSync(calls, { force: true });
  const options = `{ withConsole: ${env['WITH_CONSOLE'] === 'yes'} }`;
  const script = `import { setUp } from '${join(__dirname, 'setup.mjs')}'; await setUp('${clone}', '${set}', ${options});`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: join(clone, 'npm-cli.js'), ...env },
  });
  if ((status !== 0) !== Boolean(env['FAIL_NPM'])) throw new Error(stderr);
  return existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
}

describe('on a fresh clone', () => {
  test('npm start installs what runs, once', () => {
    expect(setUp('runtime')).toEqual(['ci --omit=dev']);
    expect(setUp('runtime')).toEqual([]);
  });

  test('npm test installs everything, and npm start then has what it needs', () => {
    expect(setUp('everything')).toEqual(['ci --include=dev']);
    expect(setUp('runtime')).toEqual([]);
    expect(setUp('everything')).toEqual([]);
  });
});

describe('when what runs is installed', () => {
  beforeEach(() => void setUp('runtime'));

  test('npm test adds the rest in place, as a service may run from node_modules', () => {
    expect(setUp('everything')).toEqual(['install --include=dev --no-save']);
    expect(setUp('everything')).toEqual([]);
    expect(setUp('runtime')).toEqual([]);
  });

  test('an addition that fails leaves what runs as it was', () => {
    setUp('everything', { FAIL_NPM: 'by itself' });
    expect(setUp('runtime')).toEqual([]);
  });

  test('an addition that was killed makes the next command install from the beginning', () => {
    setUp('everything', { FAIL_NPM: 'killed' });
    expect(setUp('runtime')).toEqual(['ci --omit=dev']);
  });

  test('a new package-lock.json is installed', () => {
    writeLockfile('5.2.0');
    expect(setUp('runtime')).toEqual(['ci --omit=dev']);
    expect(setUp('runtime')).toEqual([]);
  });
});

describe('when everything is installed', () => {
  beforeEach(() => void setUp('everything'));

  test('npm start keeps the tools when package-lock.json has changed', () => {
    writeLockfile('5.2.0');
    expect(setUp('runtime')).toEqual(['ci --include=dev']);
  });

  test('an installation that did not end is made again', () => {
    writeLockfile('5.2.0');
    expect(setUp('runtime', { FAIL_NPM: 'by itself' })).toEqual(['ci --include=dev']);
    expect(setUp('runtime')).toEqual(['ci --omit=dev']);
  });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
}

const start = (env: Record<string, string> = {}) => setUp('runtime', { WITH_CONSOLE: 'yes', ...env });

describe('the console', () => {
  const BUILT = 'apps/console/dist/index.html';

  /** Stands for Vite: makes a page of the source, unless `FAIL_VITE` is set. */
  const VITE = `
    const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
    if (process.env.FAIL_VITE) process.exit(1);
    mkdirSync('dist', { recursive: true });
    writeFileSync('dist/index.html', readFileSync('src/main.tsx', 'utf8'));
    appendFileSync('../../calls.txt', 'vite build\\n');
  `;
  beforeEach(() => {
    setUp('runtime');
    write('node_modules/vite/bin/vite.js', VITE);
    write('apps/console/src/main.tsx', 'first');
  });

  test('is built when its sources have changed, and only then', () => {
    expect(start()).toEqual(['vite build']);
    expect(start()).toEqual([]);
    write('apps/console/src/main.tsx', 'second');
    write('apps/console/src/main.test.ts', 'no source of it');
    expect(start()).toEqual(['vite build']);
    expect(readFileSync(join(clone, BUILT), 'utf8')).toBe('second');
    write('apps/console/src/main.test.ts', 'changed');
    expect(start()).toEqual([]);
  });

  test('is built anew after a build that failed, and not for a worker', () => {
    expect(setUp('runtime')).toEqual([]);
    expect(() => start({ FAIL_VITE: 'yes' })).toThrow('The console was not built');
    expect(start()).toEqual(['vite build']);
  });
});
