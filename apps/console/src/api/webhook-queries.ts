import { queryOptions } from '@tanstack/react-query';
import type { DeadEventList, WebhookDelivery, WebhookEndpoint } from '@holdfast/client';
import { holdfast } from './client.ts';
import { pagesOf } from './pages.ts';

export type { WebhookDelivery, WebhookEndpoint };
export type DeadEvent = DeadEventList['data'][number];

const EVERY_MS = 5_000;

export const endpointPages = () => ({
  ...pagesOf(['endpoints'], ({ cursor, signal }) =>
    holdfast().webhookEndpoints.list({ limit: 50, cursor }, { signal }),
  ),
  refetchInterval: EVERY_MS,
});

export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ['endpoint', id],
    queryFn: ({ signal }) => holdfast().webhookEndpoints.get(id, { signal }),
    refetchInterval: EVERY_MS,
  });

export const deliveryPages = (id: string, state: WebhookDelivery['state'] | undefined) => ({
  ...pagesOf(['deliveries', id, state], ({ cursor, signal }) =>
    holdfast().webhookEndpoints.deliveries(id, { state, limit: 50, cursor }, { signal }),
  ),
  refetchInterval: EVERY_MS,
});

export const deliveryQuery = (endpointId: string, id: string) =>
  queryOptions({
    queryKey: ['delivery', endpointId, id],
    queryFn: ({ signal }) => holdfast().webhookEndpoints.delivery(endpointId, id, { signal }),
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => holdfast().events.get(id, { signal }),
  });

export const deadEventPages = () => ({
  ...pagesOf(['dead-events'], ({ cursor, signal }) =>
    holdfast().deadEvents.list({ limit: 50, cursor }, { signal }),
  ),
  refetchInterval: EVERY_MS,
});

export const deadEventQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead-event', id],
    queryFn: ({ signal }) => holdfast().deadEvents.get(id, { signal }),
  });
