import { migrate } from '@holdfast/db';
import { readConfig, runProcess } from '@holdfast/runtime';
import { apiEnvironment } from './config.ts';
import { createContext } from './context.ts';
import { startServer } from './server.ts';

void runProcess(async () => {
  const config = readConfig(apiEnvironment, process.env);
  await migrate(config.databaseUrl);
  return startServer(await createContext(config));
});
