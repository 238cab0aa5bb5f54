import { readRetryAfterMs } from '@holdfast/contract';
import { PAUSE_MAX_MS } from './gateway-pace.ts';

/** Without a usable `Retry-After`: the gateway counts calls in windows of one second. */
const DEFAULT_MS = 1_000;

/**
 * Milliseconds to wait according to `Retry-After`, from 0 to 5 minutes; 1 second when the header is absent or
 * unreadable.
 *
 * A date is measured from the answer's own `Date`, so that a gateway whose clock differs from ours is still
 * obeyed.
 */
export function retryAfterMs(headers: Headers, nowMs = Date.now()): number {
  const dated = Date.parse(headers.get('date') ?? '');
  const sentAt = Number.isNaN(dated) ? nowMs : dated;
  const waitMs = readRetryAfterMs({ value: headers.get('retry-after'), sentAt });
  return Math.min(waitMs ?? DEFAULT_MS, PAUSE_MAX_MS);
}
