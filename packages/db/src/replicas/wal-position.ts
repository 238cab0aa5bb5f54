/** A place in PostgreSQL's write-ahead log. */
export interface WalPosition {
  /** Rises by one with each promotion of a standby. No log has the timeline 0. */
  readonly timeline: number;
  /** Bytes from the beginning of the log. */
  readonly lsn: bigint;
}

/**
 * Whether a server that has replayed `at` has everything up to `wanted`. Positions of two timelines are not
 * compared: after a fail-over the same number may be another place.
 */
export const hasReached = (at: WalPosition, wanted: WalPosition): boolean =>
  at.timeline === wanted.timeline && at.lsn >= wanted.lsn;

/** The later one; a newer timeline is later. */
export function laterOf(one: WalPosition, other: WalPosition): WalPosition {
  if (one.timeline !== other.timeline) return one.timeline > other.timeline ? one : other;
  return one.lsn >= other.lsn ? one : other;
}
