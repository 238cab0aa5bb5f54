import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { AppViewRoute } from '@bull-board/api/typings/app';
import { requestIdOf } from '@holdfast/runtime';
import {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import type { ApiContext } from '../context.ts';
import { BOARD_SCOPE, boardCredentials, mayAct } from '../http/board-access.ts';
import { allowPage } from '../http/security-headers.ts';

/**
 * Bull Board over all queues. `ops:read` sees one without buttons, `ops:write` acts (`http/board-access.ts`).
 */
export function serveBoard({ config, log, producer, accessControl }: ApiContext): Router {
  const queues = producer.boardQueues();
  const toSee = createBoard(queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })));
  const toAct = createBoard(queues.map((queue) => new BullMQAdapter(queue)));
  const show: RequestHandler = (request, response, next) => {
    const board = mayAct(accessControl, request) ? toAct : toSee;
    const { method, path } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      // A warning: an operator has changed something by hand, and that is to be found at each LOG_LEVEL.
      response.on('close', () =>
        log.warn('board.action', {
          request_id: requestIdOf(response),
          caller: accessControl.callerOf(request).name,
          client_address: config.addressOf(request),
          action: `${method} ${path}`,
          status: response.statusCode,
        }),
      );
    }
    board(request, response, next);
  };
  const router = Router();
  router.use(accessControl.requireKey(BOARD_SCOPE, boardCredentials), allowPage(), show);
  return router;
}

/** The page without the fonts that it loads from other hosts: the browser uses its own. */
class LocalAdapter extends ExpressAdapter {
  override setEntryRoute(entry: AppViewRoute): ExpressAdapter {
    this.app[entry.method](entry.route, (_request: Request, response: Response, next: NextFunction) => {
      const { name, params } = entry.handler({ basePath: this.basePath, uiConfig: this.uiConfig });
      response.render(name, params, (error: Error | null, html?: string) => {
        if (error) next(error);
        else response.send(html?.replaceAll(LINK_TO_OTHER_HOST, ''));
      });
    });
    return this;
  }
}

const LINK_TO_OTHER_HOST = /<link\b[^>]*\bhref="(https?:)?\/\/[^>]*>\s*/g;

function createBoard(queues: readonly BullMQAdapter[]): Express {
  const adapter = new LocalAdapter();
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
