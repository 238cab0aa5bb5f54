import { logLevel, loopbackHost, port, readConfig } from '@holdfast/runtime';
import { z } from 'zod';

const schema = z.object({
  HOST: loopbackHost(),
  GATEWAY_SIM_PORT: port().default(3002),
  LOG_LEVEL: logLevel(),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} that names every setting that is wrong */
export const readSimConfig = (env: NodeJS.ProcessEnv): Config => readConfig(schema, env);
