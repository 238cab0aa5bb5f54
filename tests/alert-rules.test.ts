import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

// Debian's promtool is older than Prometheus' own: the files have to be right for both.

/** Set at the start of the run (scripts/test-services/programs.ts). */
const promtool = process.env['HOLDFAST_TEST_PROMTOOL'] ?? '';
const testWithPromtool = promtool === '' ? test.skip : test;

const run = (...args: readonly string[]) =>
  execFileSync(promtool, args, { cwd: join(__dirname, '../deploy/prometheus'), encoding: 'utf8' });

testWithPromtool('the alerts are rules, and their tests pass', () => {
  expect(run('check', 'rules', 'alerts.yml')).toContain('SUCCESS');
  expect(run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
});
