/** What this package needs of a logger; the one of packages/runtime fits. */
export type JobLog = Record<
  'error' | 'warn' | 'info' | 'debug',
  (event: string, fields: Record<string, unknown>) => unknown
>;

/**
 * Logs errors of connections, which come by the hundred while a server is away: the first at once, then one in
 * `everyMs` with the number of those left out.
 */
export function createErrorLog(log: JobLog, event: string, everyMs = 5_000) {
  let silentUntil = 0;
  let leftOut = 0;
  return (error: unknown, fields: Record<string, unknown> = {}): void => {
    if (performance.now() < silentUntil) {
      leftOut += 1;
      return;
    }
    log.warn(event, { ...fields, error, left_out: leftOut });
    silentUntil = performance.now() + everyMs;
    leftOut = 0;
  };
}
