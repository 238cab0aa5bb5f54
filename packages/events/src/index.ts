export * from './asyncapi.ts';
export * from './catalog.ts';
export * from './cloud-event.ts';
export * from './examples.ts';
export * from './json-schemas.ts';
export * from './stored-event.ts';
export { commandOf, EventUnreadable, type EventFault, type IntakeSettings } from './intake/command-of.ts';
export * from './intake/http-binding.ts';
export * from './intake/incoming-envelope.ts';
export * from './intake/incoming-events.ts';
export * from './intake/incoming-examples.ts';
export { pump, type EventStore, type PumpEnd } from './pump.ts';
export { createRedisStreams, REDIS_STREAMS, type RedisStreams } from './redis-streams.ts';
export type { Sink } from './sink.ts';
export { problemOfUrl } from './webhooks/endpoint-url.ts';
export { newSecret, ROTATION_HOURS } from './webhooks/secret.ts';
export { createSender, type WebhookSender } from './webhooks/sender.ts';
export { testEvent } from './webhooks/test-event.ts';
export {
  createWebhookSink,
  endpointOfSink,
  webhookSinkName,
  type WebhookObserver,
} from './webhooks/webhook-sink.ts';
export type { WebhookStore } from './webhooks/webhook-store.ts';
