/** What this package needs of a logger; the one of packages/runtime fits. */
export type JobLog = Record<
  'error' | 'warn' | 'info' | 'debug',
  (event: string, fields: Record<string, unknown>) => unknown
>;
