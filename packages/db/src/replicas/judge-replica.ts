import type { PositionHistory } from './position-history.ts';
import { hasReached, type WalPosition } from './wal-position.ts';

/** What a replica says of itself. */
export interface ReplicaLook {
  readonly isStandby: boolean;
  /** Distinguishes the servers behind one address. */
  readonly startedAt: string;
  /** Of its cluster and database: that of its primary. */
  readonly identity: string;
  readonly position: WalPosition;
  /** Its clock, in epoch milliseconds. */
  readonly timeMs: number;
}

/**
 * Whether reads may go to a replica, and if not, why:
 * - `unchecked`: it has not been asked yet, or another server answers at its address;
 * - `unreachable`: it does not answer in time;
 * - `other_database`: it is not a replica of this primary;
 * - `promoted`: it is a primary itself;
 * - `other_timeline`: it has not followed the last fail-over yet;
 * - `wrong_clock`: a hold would look expired too early or too late;
 * - `lags`: what it has is too old.
 */
export type ReplicaState =
  | 'in_use'
  | 'unchecked'
  | 'unreachable'
  | 'other_database'
  | 'promoted'
  | 'other_timeline'
  | 'wrong_clock'
  | 'lags';

/** By how much the clock of a replica may differ from the primary's. */
const CLOCK_ERROR_MAX_MS = 1_000;

/** What is known of the primary. */
export interface KnownPrimary {
  readonly identity: string;
  readonly history: PositionHistory;
}

/** @param asked when the replica was asked and when it answered, by the primary's clock */
export function judgeReplica(
  { isStandby, identity, position, timeMs }: ReplicaLook,
  primary: KnownPrimary,
  { asked, lagMs, lagMaxMs }: { asked: readonly [from: number, to: number]; lagMs: number; lagMaxMs: number },
): ReplicaState {
  const { newest } = primary.history;
  if (!newest || primary.identity === '') return 'unchecked';
  if (identity !== primary.identity) return 'other_database';
  if (!isStandby) return 'promoted';
  if (position.timeline !== newest.timeline) return 'other_timeline';
  const [from, to] = asked;
  if (timeMs < from - CLOCK_ERROR_MAX_MS || timeMs > to + CLOCK_ERROR_MAX_MS) return 'wrong_clock';
  return lagMs > lagMaxMs ? 'lags' : 'in_use';
}

/** What the choice of a replica looks at. */
export interface Candidate {
  readonly state: ReplicaState;
  /** Undefined: not known. */
  readonly position: WalPosition | undefined;
  /** Reads that it answers at this moment. */
  readonly reads: number;
}

/**
 * The replica that is in use, has reached a position and has the fewest reads; of several, the one that comes
 * first from `turn` on. Undefined: there is none.
 *
 * @param wanted null: no position is asked for
 */
export function chooseAmong<Some extends Candidate>(
  replicas: readonly Some[],
  wanted: WalPosition | null,
  turn: number,
): Some | undefined {
  const start = turn % Math.max(1, replicas.length);
  return [...replicas.slice(start), ...replicas.slice(0, start)]
    .filter(({ state }) => state === 'in_use')
    .filter(({ position }) => wanted === null || (position && hasReached(position, wanted)))
    .reduce<Some | undefined>((best, each) => (best && best.reads <= each.reads ? best : each), undefined);
}
