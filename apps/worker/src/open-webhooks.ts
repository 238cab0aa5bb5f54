import { type Database } from '@holdfast/db';
import {
  createSender,
  createWebhookSink,
  SecretCipher,
  webhookStoreIn,
  type WebhookObserver,
} from '@holdfast/webhooks';
import { toCloudEvent, type Sink } from '@holdfast/events';
import { newId } from '@holdfast/ledger';
import type { Logger } from '@holdfast/runtime';
import { Histogram, type Registry } from 'prom-client';
import type { WorkerConfig } from './config.ts';

interface Parts {
  readonly config: Pick<WorkerConfig, 'publicUrl' | 'secretsKeys' | 'webhooks'>;
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Logger;
}

/** Events on their way to webhook endpoints. */
export interface Webhooks {
  open(endpointId: string): Required<Sink>;
  close(): void;
}

export function openWebhooks({ config, database, registry, log }: Parts): Webhooks {
  const sender = createSender(config.webhooks);
  const store = webhookStoreIn(database, new SecretCipher(config.secretsKeys));
  const seconds = callSeconds(registry);
  return {
    open: (endpointId) =>
      createWebhookSink({
        endpointId,
        store,
        sender,
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
    attempted({ eventId, outcome, tookMs }) {
      seconds.observe({ outcome: outcome.kind }, tookMs / 1_000);
      log.debug(`webhook.${outcome.kind}`, {
        ...outcome,
        webhook_endpoint_id,
        event_id: eventId,
        ms: tookMs,
      });
    },
    gaveUp: ({ eventId, error }) =>
      log.warn('webhook.given_up', { webhook_endpoint_id, event_id: eventId, reason: error }),
    rests: ({ failuresInARow, restMs }) =>
      log.warn('webhook.rests', { webhook_endpoint_id, failures_in_a_row: failuresInARow, rest_ms: restMs }),
    disabled: (reason) => log.warn('webhook.disabled', { webhook_endpoint_id, reason }),
  };
}
