/**
 * Why nothing (more) was applied. Only `lock_timeout` can pass by itself; each of the others needs a person.
 */
export type MigrationErrorCode = 'lock_timeout' | 'invalid_files' | 'changed' | 'unfinished' | 'failed';

/** `message` says what to do and is meant to be read by a person; `migration` is the directory's name. */
export class MigrationError extends Error {
  override name = 'MigrationError';

  constructor(
    readonly code: MigrationErrorCode,
    message: string,
    readonly migration?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
