export * from './asyncapi.ts';
export { EVENTS, EVENT_TYPES, type EventType } from './event-catalog.ts';
export { anyCloudEvent, cloudEventOf, toCloudEvent, type CloudEvent, type Publisher } from './cloud-event.ts';
export {
  countDeadEvents,
  deleteDeadEvent,
  deleteDeadEvents,
  keepDeadEvents,
  readDeadEvent,
  readDeadEventIds,
  touchDeadEvent,
  readDeadEvents,
  renewDeadEvent,
  type DeadEventFound,
} from './dead-event-store.ts';
export { readEventBacklog, readWebhooksToWake } from './event-backlog-store.ts';
export {
  readEvent,
  readEvents,
  readNewestPosition,
  type FeedPage,
  type FeedRead,
  type StoredEvent,
  searchEvents,
} from './event-feed-store.ts';
export * from './event-retention-store.ts';
export { readOldestNoteSeconds, sequenceEvents } from './event-sequencer-store.ts';
export * from './event-examples.ts';
export type { IntakeSettings } from './intake/command-of.ts';
export { type EventResult } from './intake/event-result.ts';
export { binaryEvent } from './intake/binary-event.ts';
export { eventFormOf } from './intake/http-binding.ts';
export * from './intake/incoming-envelope.ts';
export {
  INCOMING_EVENTS,
  INCOMING_TYPES,
  incomingExampleOf,
  isIncomingType,
} from './intake/incoming-events.ts';
export { Intake, SourceForbidden } from './intake/process-events.ts';
export { countReceived } from './intake/watch-received-events.ts';
export { jsonSchemas } from './json-schemas.ts';
export { pump, type EventStore, type PumpEnd } from './sink-pump.ts';
export { REDIS_STREAMS, createRedisStreams, type RedisStreams } from './redis-streams.ts';
export * from './event-sink.ts';
export { testEvent } from './test-event.ts';
export * from './event-filter.ts';
