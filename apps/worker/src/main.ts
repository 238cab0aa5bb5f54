import { migrate } from '@holdfast/db';
import { readConfig, runProcess } from '@holdfast/runtime';
import { workerEnvironment } from './config.ts';
import { createContext } from './context.ts';
import { startWorker } from './server.ts';

void runProcess(async () => {
  const config = readConfig(workerEnvironment, process.env);
  await migrate(config.databaseUrl);
  return startWorker(await createContext(config));
});
