import { traceFields, type StartSpan } from '@holdfast/contract';
import type { Database } from '@holdfast/db';
import {
  createRedisStreams,
  readNewestPosition,
  readWebhooksToWake,
  REDIS_STREAMS,
  toCloudEvent,
  type RedisStreams,
  type Sink,
} from '@holdfast/events';
import { createKafkaSink, KAFKA, moveSinkCursor, readSinkCursor, type KafkaSink } from '@holdfast/kafka';
import { newId } from '@holdfast/ledger';
import type { Logger } from '@holdfast/runtime';
import {
  createSender,
  createWebhookSink,
  endpointOfSink,
  readEnabledWebhooks,
  SecretCipher,
  webhookSinkName,
  type WebhookObserver,
  type WebhookSender,
} from '@holdfast/webhooks';
import { Histogram, type Registry } from 'prom-client';
import type { WorkerConfig } from './config.ts';
import type { KafkaMetrics } from './kafka/kafka-metrics.ts';

interface Parts<Config> {
  readonly config: Config;
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Logger;
  readonly startSpan?: StartSpan | undefined;
}

/** All that events are sent to. */
export type Sinks = ReturnType<typeof openSinks>;

/** Redis Streams where there is a Redis, Kafka where there are brokers, and every webhook endpoint. */
export function openSinks(parts: Parts<WorkerConfig> & { readonly kafkaMetrics: KafkaMetrics }) {
  const { prisma } = parts.database;
  const streams = openStreams(parts);
  const kafka = openKafkaSink(parts);
  const webhooks = openWebhooks(parts);
  const withOthers = (endpointIds: readonly string[]): readonly string[] => [
    ...(streams ? [REDIS_STREAMS] : []),
    ...(kafka ? [KAFKA] : []),
    ...endpointIds.map(webhookSinkName),
  ];
  return {
    /** Names of those that want events now. */
    awake: async () => withOthers(await readEnabledWebhooks(prisma)),
    /** Names of those that may have something to do, whether they were woken or not. */
    withWork: async () => withOthers(await readWebhooksToWake(prisma)),
    /** The sink of that name, for one run. Null: there is none. A disabled endpoint gets no events. */
    open(name: string): Sink | null {
      if (name === REDIS_STREAMS) return streams?.open() ?? null;
      if (name === KAFKA) return kafka?.open() ?? null;
      const endpointId = endpointOfSink(name);
      return endpointId === null ? null : webhooks.open(endpointId);
    },
    /** Never throws. */
    async close() {
      streams?.close();
      webhooks.close();
      await kafka?.close();
    },
  };
}

function openStreams({ config, database, log }: Parts<WorkerConfig>): RedisStreams | null {
  const { redisUrl, redisCa, publicUrl, redisStreamMaxLength } = config;
  if (redisUrl === undefined) return null;
  return createRedisStreams({
    redisUrl,
    redisCa,
    publicUrl,
    lengthMax: redisStreamMaxLength,
    readNewestPosition: () => readNewestPosition(database.prisma),
    onError: (error) => log.warn('redis_streams.error', { error }),
  });
}

function openKafkaSink({
  config: { kafka, publicUrl },
  database: { prisma },
  kafkaMetrics,
}: Parameters<typeof openSinks>[0]): KafkaSink | null {
  if (!kafka) return null;
  return createKafkaSink({
    ...kafka,
    publicUrl,
    readCursor: () => readSinkCursor(prisma, KAFKA),
    moveCursor: (position) => moveSinkCursor(prisma, KAFKA, position),
    onError: () => kafkaMetrics.failed('publish'),
  });
}

/** The sinks of webhook endpoints. */
export function openWebhooks({
  config,
  database,
  registry,
  log,
  startSpan,
}: Parts<Pick<WorkerConfig, 'publicUrl' | 'secretsKeys' | 'webhooks'>>) {
  const sender = createSender(config.webhooks);
  const cipher = new SecretCipher(config.secretsKeys);
  const seconds = callSeconds(registry);
  return {
    open: (endpointId: string) =>
      createWebhookSink({
        endpointId,
        database,
        cipher,
        sender: startSpan ? recorded(sender, endpointId, startSpan) : sender,
        giveUpMs: config.webhooks.giveUpMs,
        toCloudEvent: (event) => toCloudEvent(event, config),
        newId,
        observer: observe(endpointId, seconds, log),
      }),
    close: () => sender.close(),
  };
}

const callSeconds = (registry: Registry) =>
  new Histogram({
    name: 'holdfast_webhook_call_seconds',
    help: 'Time from a request to a webhook endpoint to the end of its answer, or to giving up.',
    labelNames: ['outcome'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers: [registry],
  });

function observe(endpointId: string, seconds: ReturnType<typeof callSeconds>, log: Logger): WebhookObserver {
  const webhook_endpoint_id = endpointId;
  return {
    attempted({ eventId, trace, outcome, tookMs }) {
      seconds.observe({ outcome: outcome.kind }, tookMs / 1_000);
      const fields = {
        ...outcome,
        webhook_endpoint_id,
        event_id: eventId,
        ...traceFields(trace),
        ms: tookMs,
      };
      log.debug(`webhook.${outcome.kind}`, fields);
    },
    gaveUp: ({ eventId, error }) =>
      log.warn('webhook.given_up', { webhook_endpoint_id, event_id: eventId, reason: error }),
    rests: ({ failuresInARow, restMs }) =>
      log.warn('webhook.rests', { webhook_endpoint_id, failures_in_a_row: failuresInARow, rest_ms: restMs }),
    disabled: (reason) => log.warn('webhook.disabled', { webhook_endpoint_id, reason }),
  };
}

/** The endpoint's URL may have a key in it. */
function recorded(sender: WebhookSender, endpointId: string, startSpan: StartSpan): WebhookSender {
  return {
    ...sender,
    async send(address, message, signal) {
      const { id, trace } = message;
      const span = startSpan('client', trace?.traceparent);
      const traced = { ...message, trace: { ...trace, traceparent: span.traceparent } };
      const outcome = await sender.send(address, traced, signal);
      span.end({
        name: 'webhook',
        attributes: {
          'http.request.method': 'POST',
          'http.response.status_code': 'status' in outcome ? outcome.status : undefined,
          'holdfast.request_id': trace?.requestId,
          'holdfast.event_id': id,
          'holdfast.webhook_endpoint_id': endpointId,
          'holdfast.outcome': outcome.kind,
        },
        error: outcome.kind === 'failed' ? outcome.error : undefined,
      });
      return outcome;
    },
  };
}
