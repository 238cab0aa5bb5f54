import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { startConsumer, type Consumer } from '@holdfast/jobs';
import { closeAll, urlOf, type RunningProcess } from '@holdfast/runtime';
import express, { type Express } from 'express';
import type { WorkerContext } from './context.ts';
import { jobHandlers } from './jobs/index.ts';
import { startUpkeep, type Upkeep } from './upkeep.ts';

/** How long running jobs may take to finish when the worker stops. */
const JOBS_DEADLINE_MS = 4_000;

/** Takes jobs, keeps the queue in step with the rows, and answers on its own port how it is. */
export async function startWorker(context: WorkerContext): Promise<RunningProcess> {
  const { config, log } = context;
  const upkeep = startUpkeep(context);
  const consumer = await startConsumer(context.queue, jobHandlers(context), {
    log,
    onReconnect: () => void upkeep.now(),
  });
  const server = createServer(createApp(context, consumer));
  server.listen(config.port, config.host);
  await once(server, 'listening');
  void upkeep.now();
  return {
    log,
    url: urlOf(server),
    stop: () => closeAll([...context.opened, ...closables(consumer, upkeep, server)], log),
  };
}

function closables(consumer: Consumer, upkeep: Upkeep, server: Server) {
  return [
    { name: 'queue consumer', close: () => consumer.close(JOBS_DEADLINE_MS) },
    { name: 'upkeep', close: () => upkeep.stop() },
    {
      name: 'http',
      close: async () => {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      },
    },
  ];
}

const DATABASE_TIMEOUT_MS = 1_000;

function createApp({ database, registry }: WorkerContext, consumer: Consumer): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const [reachable, queued] = await Promise.all([
      database.isReachable(DATABASE_TIMEOUT_MS),
      consumer.isReady(),
    ]);
    response.status(reachable && queued ? 200 : 503).json({
      status: reachable && queued ? 'ready' : 'unavailable',
      database: reachable ? 'ok' : 'unavailable',
      queue: queued ? 'ok' : 'unavailable',
    });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return app;
}
