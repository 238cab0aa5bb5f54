/**
 * The queue did not take a job in time. The caller logs it and continues: the rows are committed, and the job
 * is rebuilt from them. The job may have been added anyway; adding it twice does no harm.
 */
export class QueueUnavailable extends Error {
  override name = 'QueueUnavailable';
}

/**
 * Thrown by a handler that wants its job back later, without having failed: the gateway is busy, the row is
 * not due yet. The job waits `delayMs` and is not logged as a failure. To BullMQ it is one of the catalog's
 * attempts anyway: where a job may have to wait often, they must be unlimited.
 */
export class RetryLater extends Error {
  override name = 'RetryLater';
  readonly delayMs: number;

  constructor(delayMs: number, reason: string) {
    super(reason);
    this.delayMs = Math.max(0, Math.ceil(delayMs));
  }
}
