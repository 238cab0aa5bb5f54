import type { Refused } from '../outcome.ts';
import { refuse } from './refuse.ts';

/** A call that was sent earlier than that is no longer on its way. */
const CLIENT_ID_AGE_MAX_MS = 24 * 3_600_000;

/** How far a client's clock may be ahead. */
const CLIENT_ID_AHEAD_MAX_MS = 5 * 60_000;

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Refuses an id with which no reservation may be created, and no withdrawal stored. Null: it may. Ids of
 * clients must be as new as those of the service: lists are ordered by id, which is the order of creation.
 *
 * @param now epoch milliseconds, by the database's clock
 */
export function refuseClientId(id: string, now: number): Refused | null {
  const message = faultOf(id, now);
  if (message === null) return null;
  return refuse({
    code: 'validation_failed',
    detail: `There is no reservation ${id}, and none can be created: id ${message}.`,
    errors: [{ path: 'id', message }],
  });
}

function faultOf(id: string, now: number): string | null {
  const [, high, low] = UUID_V7.exec(id) ?? [];
  if (high === undefined || low === undefined) {
    return 'must be a UUIDv7 (RFC 9562), which has the time of its creation: make a new one for each reservation';
  }
  const madeAt = Number.parseInt(high + low, 16);
  if (madeAt < now - CLIENT_ID_AGE_MAX_MS) {
    return `is of ${timeOf(madeAt)}, more than 24 hours ago: make a new one`;
  }
  if (madeAt > now + CLIENT_ID_AHEAD_MAX_MS) {
    return `is of ${timeOf(madeAt)}, more than 5 minutes ahead of ${timeOf(now)}: set the clock of its maker`;
  }
  return null;
}

/** Every 48 bits of a UUIDv7 are a time that `Date` can have. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
