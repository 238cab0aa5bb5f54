import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { eventResultsAnswer } from '../events/incoming-event-schema.ts';
import type { Reply, TestApi } from './start-api.ts';

export type EventResult = z.infer<typeof eventResultsAnswer>['results'][number];

/** An event of another service, as it is sent in JSON. */
export interface SentEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly data: unknown;
}

export const eventOf = (type: string, data: unknown, more: Partial<SentEvent> = {}): SentEvent => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/orders',
  type,
  data,
  ...more,
});

interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly location?: string;
}

export const created = (order_id: string, lines: readonly Line[], rest: object = {}) =>
  eventOf('order.order.created', { order_id, lines, ...rest });

export const changed = (order_id: string, lines: readonly Line[], rest: object = {}) =>
  eventOf('order.order.changed', { order_id, lines, ...rest });

export const statusChanged = (order_id: string, status: string, rest: object = {}) =>
  eventOf('order.order.status_changed', { order_id, status, ...rest });

export const paid = (order_id: string, rest: object = {}) => statusChanged(order_id, 'paid', rest);

export const cancelled = (order_id: string, rest: object = {}) =>
  eventOf('order.order.cancelled', { order_id, ...rest });

export const completed = (order_id: string, fulfillment_id: string, lines?: readonly Line[]) =>
  eventOf('fulfillment.fulfillment.completed', { order_id, fulfillment_id, ...(lines ? { lines } : {}) });

/** `POST /v1/events`, with many. */
export const postEvents = (
  api: TestApi,
  events: readonly SentEvent[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> =>
  api.call('post', '/v1/events', events, {
    'Content-Type': 'application/cloudevents-batch+json',
    ...headers,
  });

/** @throws when it is not what events are answered with */
export const resultsOf = ({ body }: Reply): readonly EventResult[] => eventResultsAnswer.parse(body).results;

/** Sends events one after the other, and returns the result of each. */
export async function sendEvents(
  api: TestApi,
  ...events: readonly SentEvent[]
): Promise<readonly EventResult[]> {
  const results: EventResult[] = [];
  for (const event of events) results.push(...resultsOf(await postEvents(api, [event])));
  return results;
}

/** The result of each event: its state, and the code of its problem. */
export const shortly = (results: readonly EventResult[]): readonly string[] =>
  results.map(({ state, problem }) => (problem ? `${state} ${problem.code}` : state));
