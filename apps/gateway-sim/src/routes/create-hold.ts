import {
  holdRequest,
  IDEMPOTENCY_KEY_MAX_CHARS,
  type HoldAnswer,
} from '@holdfast/warehouse/gateway-contract';
import type { Request, RequestHandler, Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { faultFor } from '../faults.ts';
import { bodyBytesAtMost, readJsonBody } from '../json-body.ts';
import { parseOrRefuse, Problem } from '../problems.ts';
import type { Arrival } from '../warehouse.ts';

/** Far beyond any client's timeout; nothing hangs for ever. */
const HANG_MAX_MS = 60_000;

/**
 * `POST /v1/inventory/holds`. In this order: log; cut when down; the limit (429); key and body (400);
 * latency; the scripted error or hang; the effect, once for each key; the scripted loss of the reply; the
 * answer.
 */
export const createHold =
  (context: Context): RequestHandler =>
  async (request, response) => {
    const key = idempotencyKey(request);
    const arrival = context.warehouse.arrive(key, bodyBytesAtMost(request));
    response.once('finish', () => context.warehouse.answered(arrival.request, response.statusCode));
    if (context.faults.down) {
      request.socket.destroy();
      return;
    }

    await refuseOverLimit(arrival, request, response);
    const body = await readJsonBody(request, response);
    arrival.request.body = body ?? null;
    if (key === null) {
      const errors = [
        { path: 'Idempotency-Key', message: `must have 1 to ${IDEMPOTENCY_KEY_MAX_CHARS} characters` },
      ];
      throw new Problem(400, 'validation_failed', { errors });
    }
    parseOrRefuse(holdRequest, body);

    const answer = await act(context, key, response);
    if (answer) response.json(answer);
    else request.socket.destroy();
  };

/** Quoted or bare, as the contract has it for every key; `null` when it is absent, empty or too long. */
function idempotencyKey(request: Request): string | null {
  const key = (request.get('Idempotency-Key') ?? '').trim().replace(/^"(.*)"$/, '$1');
  return key.length >= 1 && key.length <= IDEMPOTENCY_KEY_MAX_CHARS ? key : null;
}

/** Decided when the request arrived; the body is read first only so that the log has it. */
async function refuseOverLimit(
  { request: logged, retryAfterSeconds }: Arrival,
  request: Request,
  response: Response,
): Promise<void> {
  if (retryAfterSeconds === null) return;
  logged.body = (await readJsonBody(request, response).catch(() => null)) ?? null;
  throw new Problem(429, 'rate_limited', { retryAfterSeconds });
}

/** The answer, or `undefined` when it gets lost on its way. */
async function act(context: Context, key: string, response: Response): Promise<HoldAnswer | undefined> {
  const { faults } = context;
  const fault = faultFor(faults, context.random());
  // Not ended by a client that gives up. The timer does not keep the process from ending.
  if (faults.latency_ms > 0) await delay(faults.latency_ms, undefined, { ref: false });
  switch (fault) {
    case 'error':
      throw faults.status === 429
        ? new Problem(429, 'rate_limited', { retryAfterSeconds: 1 })
        : new Problem(faults.status, 'unavailable', { detail: 'A scripted fault' });
    case 'hang':
      return hang(response);
    case 'drop_reply':
      context.warehouse.hold(key);
      return undefined;
    case 'none':
      return context.warehouse.hold(key);
    default:
      return fault satisfies never;
  }
}

async function hang(response: Response): Promise<undefined> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await delay(HANG_MAX_MS, undefined, { signal: gone.signal }).catch(() => {});
}
