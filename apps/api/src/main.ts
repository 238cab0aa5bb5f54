import { migrate, readDatabaseTime, readTimeOf } from '@holdfast/db';
import { followTime, readConfig, runProcess } from '@holdfast/runtime';
import { refuseWrongRedis } from '@holdfast/runtime/redis';
import { apiEnvironment } from './config.ts';
import { createContext } from './context.ts';
import { startServer } from './server.ts';

void runProcess('api', async (clock) => {
  const config = readConfig(apiEnvironment, process.env);
  await refuseWrongRedis(config);
  await migrate(config.databaseUrl);
  clock.set(await readTimeOf(config.databaseUrl, 'holdfast api')); // before limiters and queues read the time
  const context = await createContext(config);
  followTime(clock, () => readDatabaseTime(context.database.prisma));
  return startServer(context);
});
