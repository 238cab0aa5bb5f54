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
export { WorkFailed } from './work-failed.ts';
export { RetryLater } from './job-backoff.ts';
export { type JobLog, QueueUnavailable } from './queue-calls.ts';
export type { SyncJob } from './new-jobs.ts';
export { createProducer, type Producer } from './producer.ts';
