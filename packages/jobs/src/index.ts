export { type JobName, type JobPayload, jobCatalog, type QueueName, queueNames } from './job-catalog.ts';
export { type QueueConnection, queueConnection } from './queue-connection.ts';
export {
  type Consumer,
  type ConsumerOptions,
  type JobHandler,
  type JobHandlers,
  type JobRun,
  startConsumer,
} from './consumer.ts';
export { QueueUnavailable, RetryLater } from './queue-errors.ts';
export type { JobLog } from './job-log.ts';
export type { SyncJob } from './new-jobs.ts';
export { createProducer, type Producer } from './producer.ts';
