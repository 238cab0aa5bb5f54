/** What a statement may be given. */
export type Given = 'first' | 'last' | 'reservations' | 'oldestDays' | 'location';

/** A statement with the names of its parameters, in order. */
export interface Statement {
  readonly values: readonly Given[];
  readonly sql: string;
}
