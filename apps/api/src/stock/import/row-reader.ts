import type { StagedRow } from '@holdfast/stock';

/** Makes rows of lines. A row counts from 1; empty lines are none, nor are those without a filled cell. */
export interface RowReader {
  /** @throws {Problem} `validation_failed` when the file as a whole cannot be read */
  read(lines: readonly string[]): Iterable<StagedRow>;
  /** What the last lines come to, once there are no more. @throws {Problem} as `read` does */
  end(): Iterable<StagedRow>;
}
