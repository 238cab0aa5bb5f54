import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs of Debian's packages that some suites need. */
const PROGRAMS = [
  { name: 'haproxy', versionFlag: '-v', variable: 'HOLDFAST_TEST_HAPROXY', suite: 'The rolling restart' },
  { name: 'pgbouncer', versionFlag: '--version', variable: 'HOLDFAST_TEST_PGBOUNCER', suite: 'PgBouncer' },
  { name: 'promtool', versionFlag: '--version', variable: 'HOLDFAST_TEST_PROMTOOL', suite: 'The alerts' },
  { name: 'kcat', versionFlag: '-V', variable: 'HOLDFAST_TEST_KCAT', suite: 'Kafka' },
  { name: 'chromium', versionFlag: '--version', variable: 'HOLDFAST_TEST_CHROMIUM', suite: 'The console' },
  { name: 'openssl', versionFlag: 'version', variable: 'HOLDFAST_TEST_OPENSSL', suite: 'TLS' },
];

/**
 * Puts the path of each program into the environment of the tests. Suites whose program is missing are skipped, and one line
 * says so; in CI a missing program is an error.
 */
export function findPrograms(env: NodeJS.ProcessEnv): void {
  for (const { name, versionFlag, variable, suite } of PROGRAMS) {
    // Debian installs them in a directory that only root's PATH has.
    const program = [name, `/usr/sbin/${name}`].find((each) => !spawnSync(each, [versionFlag]).error);
    if (program) env[variable] = program;
    else if (env['CI']) throw new Error(`${suite} cannot be tested: no ${name} in PATH.`);
    else process.stderr.write(`${suite} is not tested: no ${name} in PATH.\n`);
  }
}

/**
 * Sets HOLDFAST_TEST_SMALL_DISKS for the tests if a tmpfs can be mounted, which takes root. Without it a full disk is not
 * tested, and one line says so; in CI that is an error.
 */
export function findSmallDisks(env: NodeJS.ProcessEnv): void {
  if (canMount()) env['HOLDFAST_TEST_SMALL_DISKS'] = 'yes';
  else if (env['CI']) throw new Error('A full disk cannot be tested: no tmpfs can be mounted.');
  else process.stderr.write('A full disk is not tested: no tmpfs can be mounted (it takes root).\n');
}

function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-mount-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'holdfast-test', dir]).status === 0;
  if (isMounted) spawnSync('umount', [dir]);
  rmdirSync(dir);
  return isMounted;
}
