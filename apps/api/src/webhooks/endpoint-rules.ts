import { problemOfUrl, webhookSinkName } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { Problem, validationFailed } from '../http/problem.ts';

/** @throws {Problem} `validation_failed`, when nothing may be sent there */
export function requireUrl({ config }: ApiContext, url: string): void {
  const problem = problemOfUrl(url, { allowPrivate: config.webhookAllowPrivate });
  if (problem !== null) throw validationFailed('url', problem);
}

/**
 * The answer to a call that gave an endpoint a secret. The secret is shown once: no outcome has it, so a
 * replayed call answers without it.
 */
export const withSecret = <Endpoint extends object>(endpoint: Endpoint, secret: string, replayed: boolean) =>
  replayed ? { ...endpoint, secret: null, note: SHOWN_ONCE } : { ...endpoint, secret, note: null };

const SHOWN_ONCE =
  'The secret was shown in the first answer to this call, and is not shown again. If you did not store it, ' +
  'give the endpoint a new one: POST /v1/webhook-endpoints/{id}/rotate-secret.';

export const noEndpoint = (id: string): Problem =>
  new Problem('not_found', `There is no webhook endpoint ${id}.`);

/** There is something to send. */
export async function wakeEndpoint({ producer, log }: ApiContext, endpointId: string): Promise<void> {
  const sinks = [webhookSinkName(endpointId)];
  await enqueueAfterCommit(log, { webhook_endpoint_id: endpointId }, () => producer.wakeSinks(sinks));
}
