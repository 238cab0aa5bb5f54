/** Why nothing (more) was applied. Only `lock_timeout` passes by itself; the others need a person. */
export type MigrationErrorCode = 'lock_timeout' | 'invalid_files' | 'changed' | 'unfinished' | 'failed';

/** `message` says what to do and is meant to be read by a person. */
export class MigrationError extends Error {
  override name = 'MigrationError';

  constructor(
    readonly code: MigrationErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
