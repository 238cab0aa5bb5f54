import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, readConfig } from '@holdfast/runtime';
import { apiEnvironment } from '../../apps/api/src/config.ts';
import { readSimConfig } from '../../apps/gateway-sim/src/config.ts';
import { workerEnvironment } from '../../apps/worker/src/config.ts';
import { readStartSettings } from './settings.ts';

const explained = readFileSync(join(__dirname, '../../.env.example'), 'utf8').matchAll(/^# ([A-Z_]+)=/gm);

/** What the readers say to an environment; nothing where they take it. */
function faultsOf(env: Record<string, string>): string {
  try {
    readStartSettings(env, [
      (each) => readConfig(apiEnvironment, each),
      (each) => readConfig(workerEnvironment, each),
      readSimConfig,
    ]);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

test('no app takes a setting of another for a misspelt one of its own', () => {
  const env = Object.fromEntries([...explained].map(([, name = '']) => [name, 'x']));
  expect(Object.keys(env).length).toBeGreaterThan(30);
  expect(faultsOf(env)).not.toContain('is not a setting');
});

test.each([
  ['RESERVATION_TTL', 'RESERVATION_TTL_SECONDS'],
  ['GATEWAY_TIMEOUT', 'GATEWAY_TIMEOUT_MS'],
  ['GATEWAY_SIM_PROT', 'GATEWAY_SIM_PORT'],
  ['DRAIN_SECOND', 'DRAIN_SECONDS'],
])('%s stops npm start, and names %s', (name, setting) => {
  expect(faultsOf({ [name]: '60' })).toContain(`  ${name}: is not a setting: did you mean ${setting}?`);
});
