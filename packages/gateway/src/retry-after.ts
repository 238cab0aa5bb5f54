import { PAUSE_MAX_MS } from './pace.ts';

/** For an answer that says "later" but not when: the gateway's own window is one second. */
const DEFAULT_MS = 1_000;

/**
 * Milliseconds to wait according to `Retry-After` (RFC 9110, 10.2.3: seconds, or an HTTP date), from 0 to 5 minutes;
 * 1 second when the header is absent or unreadable.
 *
 * A date is measured from the answer's own `Date`, so that a gateway whose clock differs from ours is still obeyed.
 */
export function retryAfterMs(headers: Headers, nowMs = Date.now()): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1_000, PAUSE_MAX_MS);
  const until = Date.parse(value);
  if (Number.isNaN(until)) return DEFAULT_MS;
  const sentAt = Date.parse(headers.get('date') ?? '');
  const waitMs = until - (Number.isNaN(sentAt) ? nowMs : sentAt);
  return Math.min(Math.max(waitMs, 0), PAUSE_MAX_MS);
}
