import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type Express, type RequestHandler, Router } from 'express';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { allowPage } from '../http/security-headers.ts';
import { boardCredentials, requireOwnPage } from './board-credentials.ts';

/**
 * Bull Board over all queues, on either backend. `ops:read` sees, `ops:write` acts. There are two: the one for seeing has no
 * buttons. No request that may change something gets to either without `ops:write`, whatever the board would make of it.
 */
export function serveBoard({ producer, gate }: ApiContext): Router {
  const queues = producer.boardQueues();
  const toSee = createBoard(queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })));
  const toAct = createBoard(queues.map((queue) => new BullMQAdapter(queue)));
  const show: RequestHandler = (request, response, next) => {
    // Where there are no keys, nobody can be told from the next: all may see, none may act.
    const mayAct = gate.hasKeys && gate.callerOf(request).scopes.has('ops:write');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      if (!mayAct) throw new Problem('forbidden', 'Acting on queues takes a key with the scope ops:write.');
      requireOwnPage(request);
    }
    (mayAct ? toAct : toSee)(request, response, next);
  };
  const router = Router();
  router.use(gate.handler(boardCredentials), gate.require('ops:read'), allowPage(), show);
  return router;
}

function createBoard(queues: readonly BullMQAdapter[]): Express {
  const adapter = new ExpressAdapter();
  adapter.setBasePath('/ops/queues');
  createBullBoard({
    queues,
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Holdfast' } },
  });
  const board = adapter.getRouter() as Express;
  board.disable('x-powered-by');
  return board;
}
