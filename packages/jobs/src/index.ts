export {
  EXPIRY_BUCKET_MS,
  type JobName,
  type JobPayload,
  jobCatalog,
  type QueueName,
  queueNames,
  type SyncAction,
} from './catalog.ts';
export { type QueueConnection, queueConnection } from './connection.ts';
export {
  type Consumer,
  type ConsumerOptions,
  type JobHandler,
  type JobHandlers,
  type JobRun,
  startConsumer,
} from './consumer.ts';
export { QueueUnavailable, RetryLater } from './errors.ts';
export type { JobLog } from './log.ts';
export type { SyncJob } from './new-jobs.ts';
export { createProducer, type Producer } from './producer.ts';
