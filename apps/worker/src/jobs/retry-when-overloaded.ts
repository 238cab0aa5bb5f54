import { classifyDatabaseError } from '@holdfast/db';
import { type JobHandler, type JobName, RetryLater } from '@holdfast/jobs';
import { LedgerOverloaded } from '@holdfast/ledger';
import type { Logger } from '@holdfast/runtime';

const RETRY_AFTER_MS = 1_000;

/**
 * A job that finds the database overloaded has not failed: it is tried again a second later. The logger
 * counts such lines.
 */
export const laterWhenOverloaded =
  (log: Logger) =>
  <Name extends JobName>(handle: JobHandler<Name>): JobHandler<Name> =>
  async (payload, run) => {
    try {
      await handle(payload, run);
    } catch (error) {
      if (!(error instanceof Error) || !isOverload(error)) throw error;
      log.warn('jobs.overloaded', { cause: 'overload', reason: error.message });
      throw new RetryLater(RETRY_AFTER_MS, error.message);
    }
  };

const isOverload = (error: Error): boolean =>
  error instanceof LedgerOverloaded || classifyDatabaseError(error) === 'busy';
