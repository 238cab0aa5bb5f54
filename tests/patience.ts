import { eventually } from '@holdfast/testing';

/**
 * Waits much longer than anything should take, as the machine may be busy with something else. What has a deadline is
 * measured, not waited for.
 */
export const patiently = <T>(check: () => T | false | Promise<T | false>): Promise<T> =>
  eventually(check, { timeoutMs: 30_000 });

/** For what takes long by its nature. */
export const eventuallyWithin = <T>(
  timeoutMs: number,
  check: () => T | false | Promise<T | false>,
): Promise<T> => eventually(check, { timeoutMs });
