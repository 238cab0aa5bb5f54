import type { StartSpan } from '@holdfast/contract';
import type { Database } from '@holdfast/db';
import {
  pauseGateway,
  takeGatewaySlot,
  createGateway,
  createGatewayClient,
  createRedisPace,
  createRowPace,
  type Gateway,
  type GatewayClient,
  type Pace,
  type SlotStore,
} from '@holdfast/warehouse';
import type { Logger } from '@holdfast/runtime';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { WorkerConfig } from './config.ts';

interface Parts {
  readonly config: WorkerConfig;
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Logger;
  readonly startSpan: StartSpan | undefined;
}

/** The gateway as this fleet may call it: at the pace of all workers together, watched. */
export function openGateway(parts: Parts): Gateway {
  const { log, startSpan } = parts;
  const client = timed(createGatewayClient(parts.config.gateway), parts.registry);
  return createGateway({
    client: startSpan ? recorded(client, startSpan) : client,
    pace: openPace(parts),
    onDown: (isDown) => (isDown ? log.error('gateway.down') : log.info('gateway.back')),
  });
}

/** Slots are shared where the queues are: in Redis, or else in PostgreSQL. */
function openPace({ config, database, registry, log }: Parts): Pace {
  const rebuilt = new Counter({
    name: 'holdfast_gateway_limiter_rebuilds_total',
    help: 'Times that the limiter in Redis granted no slot and was built anew.',
    registers: [registry],
  });
  const { ratePerSecond } = config.gateway;
  const onError = (error: unknown) => log.warn('gateway.limiter_error', { error });
  const { redisUrl, redisCa } = config;
  if (redisUrl === undefined) {
    const store: SlotStore = {
      takeSlot: (bounds) => takeGatewaySlot(database.prisma, bounds),
      pause: (ms) => pauseGateway(database.prisma, ms),
    };
    return createRowPace({ ratePerSecond, store, onError });
  }
  const onRebuilt = () => {
    rebuilt.inc();
    log.warn('gateway.limiter_rebuilt');
  };
  return createRedisPace({ ratePerSecond, redisUrl, redisCa, onError, onRebuilt });
}

function timed(client: GatewayClient, registry: Registry): GatewayClient {
  const seconds = new Histogram({
    name: 'holdfast_gateway_call_seconds',
    help: 'Time from a request to the gateway to the end of its answer, or to giving up.',
    labelNames: ['outcome'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers: [registry],
  });
  return {
    async sendHold(call, signal) {
      const end = seconds.startTimer();
      const outcome = await client.sendHold(call, signal);
      end({ outcome: outcome.kind });
      return outcome;
    },
  };
}

function recorded(client: GatewayClient, startSpan: StartSpan): GatewayClient {
  return {
    async sendHold(call, signal) {
      const span = startSpan('client', call.traceparent);
      const outcome = await client.sendHold({ ...call, traceparent: span.traceparent }, signal);
      span.end({
        name: 'warehouse gateway',
        attributes: {
          'http.request.method': 'POST',
          'http.response.status_code': outcome.status,
          'holdfast.request_id': call.requestId,
          'holdfast.sync_id': call.idempotencyKey,
          'holdfast.action': call.body.action,
          'holdfast.outcome': outcome.kind,
        },
        error: outcome.kind === 'accepted' ? undefined : outcome.kind,
      });
      return outcome;
    },
  };
}
