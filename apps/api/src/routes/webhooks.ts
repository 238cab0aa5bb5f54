import { problemOfUrl, webhookSinkName } from '@holdfast/events';
import type { ApiContext } from '../context.ts';
import { Problem, validationFailed } from '../http/problem.ts';

/** @throws {Problem} `validation_failed`, when nothing may be sent there */
export function requireUrl({ config }: ApiContext, url: string): void {
  const problem = problemOfUrl(url, { allowPrivate: config.webhookAllowPrivate });
  if (problem !== null) throw validationFailed('url', problem);
}

export const noEndpoint = (id: string): Problem =>
  new Problem('not_found', `There is no webhook endpoint ${id}.`);

/** There is something to send. The queue may be away; then each worker's own timer finds it. */
export async function wakeEndpoint({ producer, log }: ApiContext, endpointId: string): Promise<void> {
  try {
    await producer.wakeSinks([webhookSinkName(endpointId)]);
  } catch (error) {
    log.warn('queue.enqueue_failed', { error, webhook_endpoint_id: endpointId });
  }
}
