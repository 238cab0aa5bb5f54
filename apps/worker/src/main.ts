import { migrate, readDatabaseTime, readTimeOf } from '@holdfast/db';
import { followTime, readConfig, runProcess } from '@holdfast/runtime';
import { refuseWrongRedis } from '@holdfast/runtime/redis';
import { workerEnvironment } from './config.ts';
import { createContext } from './context.ts';
import { letCheckoutGoFirst } from './process-priority.ts';
import { startWorker } from './server.ts';

void runProcess('worker', async (clock) => {
  const config = readConfig(workerEnvironment, process.env);
  await refuseWrongRedis(config);
  await migrate(config.databaseUrl);
  // Before limiters and queues read the time.
  clock.set(await readTimeOf(config.databaseUrl, 'holdfast worker'));
  const context = await createContext(config);
  followTime(clock, () => readDatabaseTime(context.database.prisma));
  letCheckoutGoFirst(config.nice, context.log);
  return startWorker(context);
});
