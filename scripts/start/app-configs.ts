import { readConfig } from '@holdfast/runtime';
import { apiEnvironment } from '../../apps/api/src/config.ts';
import { readSimConfig } from '../../apps/gateway-sim/src/config.ts';
import { workerEnvironment } from '../../apps/worker/src/config.ts';
import type { ReadAppConfig } from './settings.ts';

/** The settings of every app that `npm start` runs, read by the apps' own schemas: nothing is kept in sync by hand. */
export const appConfigs: readonly ReadAppConfig[] = [
  (env) => readConfig(apiEnvironment, env),
  (env) => readConfig(workerEnvironment, env),
  (env) => readSimConfig(env),
];
