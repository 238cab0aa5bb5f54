import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Router } from 'express';
import type { ApiContext } from '../context.ts';

/** Bull Board over all queues, on either backend. Read-only: there are no keys yet that could tell who may act. */
export function serveBoard({ producer }: ApiContext): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath('/ops/queues');
  createBullBoard({
    queues: producer.boardQueues().map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Holdfast' } },
  });
  return adapter.getRouter() as Router;
}
