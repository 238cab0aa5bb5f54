import { problemOfUrl, webhookSinkName } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { Problem, validationFailed } from '../http/problem.ts';

/** @throws {Problem} `validation_failed`, when nothing may be sent there */
export function requireUrl({ config }: ApiContext, url: string): void {
  const problem = problemOfUrl(url, { allowPrivate: config.webhookAllowPrivate });
  if (problem !== null) throw validationFailed('url', problem);
}

export const noEndpoint = (id: string): Problem =>
  new Problem('not_found', `There is no webhook endpoint ${id}.`);

/** There is something to send. */
export async function wakeEndpoint({ producer, log }: ApiContext, endpointId: string): Promise<void> {
  const sinks = [webhookSinkName(endpointId)];
  await enqueueAfterCommit(log, { webhook_endpoint_id: endpointId }, () => producer.wakeSinks(sinks));
}
