import { spawnSync } from 'node:child_process';

/** Debian puts it where only root's PATH leads. */
const PROGRAMS = ['haproxy', '/usr/sbin/haproxy'];

/**
 * Tells the tests in HOLDFAST_TEST_HAPROXY where haproxy is. Without it the rolling restart is not tested: all right on a
 * laptop, if said, and never in CI.
 */
export function findHaproxy(env: NodeJS.ProcessEnv): void {
  const program = PROGRAMS.find((each) => !spawnSync(each, ['-v']).error);
  if (program) env['HOLDFAST_TEST_HAPROXY'] = program;
  else if (env['CI']) throw new Error('The rolling restart cannot be tested: no haproxy in PATH.');
  else process.stderr.write('The rolling restart is not tested: no haproxy in PATH.\n');
}
