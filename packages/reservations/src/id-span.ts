/** Ids from `from` up to, and without, `before`. */
export interface IdSpan {
  readonly from: string;
  readonly before: string;
}

const LOWEST = '00000000-0000-0000-0000-000000000000';
const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A time that a UUIDv7 can have, in epoch milliseconds. */
const TIME_MAX = 2 ** 48 - 1;

interface Times {
  /** Epoch milliseconds, exclusive. Null: no limit. */
  readonly createdAfter: number | null;
  readonly createdBefore: number | null;
}

/**
 * The ids that reservations of some time can have, if the times in their ids are at most `marginMs` from when
 * they were created.
 *
 * @param after only ids behind this one, in a list with the newest first
 */
export function spanOf(
  { createdAfter, createdBefore }: Times,
  marginMs: number,
  after: string | null,
): IdSpan {
  const from = createdAfter === null ? LOWEST : idAt(createdAfter - marginMs);
  const end = createdBefore === null ? HIGHEST : idAt(createdBefore + marginMs);
  return { from, before: after !== null && after < end ? after : end };
}

/** The lowest UUIDv7 of a time. */
function idAt(milliseconds: number): string {
  const time = Math.min(Math.max(0, Math.floor(milliseconds)), TIME_MAX);
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
