import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { startConsumer, type Consumer } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import { queueStartupRun } from '@holdfast/reconciliation';
import { closeAll, followRequests, urlOf, type RunningProcess } from '@holdfast/runtime';
import express, { type Express } from 'express';
import type { WorkerContext } from './context.ts';
import { jobHandlers } from './jobs/job-handlers.ts';
import { openKafkaIntake } from './kafka/open-kafka-intake.ts';
import { guardMetrics, guardSite } from './worker-access.ts';
import { USUAL_LIMIT } from './reconcile/carry-out-run.ts';
import { answerErrors, answerNotFound } from './send-problem.ts';
import { startUpkeep, type Upkeep } from './upkeep.ts';

/** How long running jobs may take to finish when the worker stops. */
const JOBS_DEADLINE_MS = 3_000;

/** Takes jobs, queues missing jobs from rows, and serves its health and metrics on its own port. */
export async function startWorker(context: WorkerContext): Promise<RunningProcess> {
  const { config, log } = context;
  const upkeep = startUpkeep(context);
  const consumer = await startConsumer(context.queue, jobHandlers(context), {
    log,
    startSpan: context.startSpan,
    onJobFailed: (queue) => context.metrics.jobsFailed.inc({ queue }),
    onReconnect: () => void upkeep.now(),
  });
  const stopping = new AbortController();
  const server = createServer(createApp(context, consumer, stopping.signal));
  server.listen(config.port, config.host);
  await once(server, 'listening');
  void askForStartupRun(context).then(() => upkeep.now());
  const kafkaIntake = openKafkaIntake(context);
  return {
    log,
    url: urlOf(server),
    stop() {
      stopping.abort();
      return closeAll([...context.opened, ...kafkaIntake, ...closables(consumer, upkeep, server)], log);
    },
  };
}

/** If one worker of a fleet has checked this at its start, the next one need not check it so soon. */
const STARTUP_RUN_QUIET_MS = 30_000;

/**
 * Asks for a run because this worker starts: it finds jobs that were lost while no worker ran. Only the row
 * is written; upkeep's first look queues the job. Never throws.
 */
async function askForStartupRun({ database, log }: WorkerContext): Promise<void> {
  try {
    const run = { id: newId(), limit: USUAL_LIMIT, quietMs: STARTUP_RUN_QUIET_MS };
    await queueStartupRun(database.prisma, run);
  } catch (error) {
    log.warn('reconcile.startup_failed', { error });
  }
}

/** Closed from the last to the first: `/healthz` and `/readyz` answer until the jobs have ended. */
function closables(consumer: Consumer, upkeep: Upkeep, server: Server) {
  return [
    {
      name: 'http',
      close: async () => {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      },
    },
    { name: 'upkeep', close: () => upkeep.stop() },
    { name: 'queue consumer', close: () => consumer.close(JOBS_DEADLINE_MS) },
  ];
}

const DATABASE_TIMEOUT_MS = 1_000;

function createApp(
  { config, log, canWrite, producer, registry }: WorkerContext,
  consumer: Consumer,
  stopping: AbortSignal,
): Express {
  const app = express();
  app.disable('x-powered-by');
  const follow = followRequests(log, config.addressOf);
  app.use((request, response, next) => {
    follow(request, response);
    next();
  });
  app.use(guardSite(config.apiKeys));
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    if (stopping.aborted) {
      response.status(503).json({ status: 'stopping' });
      return;
    }
    const [writable, taking, queued] = await Promise.all([
      canWrite(DATABASE_TIMEOUT_MS),
      consumer.isReady(),
      producer.isReady(),
    ]);
    const isReady = writable && taking && queued;
    response.status(isReady ? 200 : 503).json({
      status: isReady ? 'ready' : 'unavailable',
      database: writable ? 'ok' : 'unavailable',
      queue: taking && queued ? 'ok' : 'unavailable',
    });
  });
  app.get('/metrics', guardMetrics(config.apiKeys), async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  app.use(answerNotFound);
  app.use(answerErrors(log));
  return app;
}
