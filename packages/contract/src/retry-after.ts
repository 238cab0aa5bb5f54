/** `Retry-After` (RFC 9110, 10.2.3): in seconds or as an HTTP date, when a call may be made again. */
interface RetryAfter {
  readonly value: string | null | undefined;
  /** When the answer was sent, by its sender's clock: a date is measured from it. NaN: unknown. */
  readonly sentAt: number;
}

/** Milliseconds to wait; null: the header is absent or unreadable, or a date with `sentAt` unknown. */
export function readRetryAfterMs({ value, sentAt }: RetryAfter): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const waitMs = Date.parse(text) - sentAt;
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}

/** The header of an answer to a call that may succeed after so many seconds: rounded up, 1 or more. */
export const retryAfter = (seconds: number): { readonly 'Retry-After': string } => ({
  'Retry-After': String(Math.max(1, Math.ceil(seconds))),
});
