import { migrate } from '@holdfast/db';
import { readConfig, runProcess } from '@holdfast/runtime';
import { workerEnvironment } from './config.ts';
import { createContext } from './context.ts';
import { letCheckoutGoFirst } from './priority.ts';
import { startWorker } from './server.ts';

void runProcess(async () => {
  const config = readConfig(workerEnvironment, process.env);
  await migrate(config.databaseUrl);
  const context = await createContext(config);
  letCheckoutGoFirst(context.log);
  return startWorker(context);
});
