import { host, logLevel, port, readConfig } from '@holdfast/runtime';
import { z } from 'zod';

const schema = z.object({
  // Not HOST: it asks nobody for a key, and whoever reaches it scripts its faults. It is opened on purpose or not at all.
  GATEWAY_SIM_HOST: host(),
  GATEWAY_SIM_PORT: port().default(3002),
  LOG_LEVEL: logLevel(),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} that names every setting that is wrong */
export const readSimConfig = (env: NodeJS.ProcessEnv): Config => readConfig(schema, env);
