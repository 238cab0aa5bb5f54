import { z } from 'zod';
import { callApi } from '../../api-calls.ts';
import type { Running, Testbed } from '../../testbed.ts';
import type { ConsumerMessage, Received } from './received-events.ts';

/** What wants every event, in a process of its own. Asked one thing at a time. */
export interface Consumer extends Running {
  readonly name: ConsumerName;
  /** Events that were new since the last `take`. */
  count(): Promise<number>;
  /** What was received since the last time, and counts anew. */
  take(): Promise<Received>;
  /** Reads the feed of this API from now on, from where it was. Null: reads no more. */
  follow(apiUrl: string | null): void;
}

export const FOLLOWER = 'feed follower';
export const RECEIVER = 'webhook receiver';
export type ConsumerName = typeof FOLLOWER | typeof RECEIVER;

export async function startConsumer(testbed: Testbed, name: ConsumerName): Promise<Consumer> {
  const process = await testbed.startScript(name, 'benchmarks/events/consumer-process.ts');
  const ask = (message: ConsumerMessage) => process.ask(message);
  return {
    name,
    pid: process.pid,
    url: process.url,
    count: async () => (await ask({ kind: 'count' })) as number,
    take: async () => (await ask({ kind: 'take' })) as Received,
    follow: (url) => process.send({ kind: 'follow', url } satisfies ConsumerMessage),
    stop: () => process.stop(),
  };
}

const created = z.object({ id: z.string() });

/** Has the API send every event from now on to `url`. @returns how to end that */
export async function subscribe(apiUrl: string, url: string): Promise<() => Promise<void>> {
  const answer = await callApi(apiUrl, 'POST', '/v1/webhook-endpoints', { body: { url } });
  const { id } = created.parse(JSON.parse(answer));
  return async () => void (await callApi(apiUrl, 'DELETE', `/v1/webhook-endpoints/${id}`));
}
