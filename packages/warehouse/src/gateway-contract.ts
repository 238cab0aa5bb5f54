import { requestTime, syncAction } from '@holdfast/contract';
import { z } from 'zod';

/** The path for hold calls, below the base URL of a Warehouse Gateway. */
export const HOLDS_PATH = '/v1/inventory/holds';

/** What a gateway lets through in any sliding second; one more is a 429. */
export const GATEWAY_REQUESTS_PER_SECOND = 60;

/** Header values end up in logs and in memory: the contract gives a key at most this many characters. */
export const IDEMPOTENCY_KEY_MAX_CHARS = 255;

const name = z.string().min(1).max(255);

/** One location's share of a reservation. The bound is that of `on_hand`. */
const holdLine = z.strictObject({
  sku: name,
  location: name,
  quantity: z.int().min(1).max(1_000_000_000),
});

/**
 * The body of `POST /v1/inventory/holds` (the contract, "The Warehouse Gateway, and its stand-in"). A
 * reservation has up to 100 lines, but a split line has one share for each location: hence 10,000, which
 * still fits in 1 MB.
 */
export const holdRequest = z.strictObject({
  reservation_id: name,
  /** `null` when the reservation was made for a cart and no order is known yet. */
  order_id: name.nullable(),
  action: syncAction,
  lines: z.array(holdLine).min(1).max(10_000),
  /** Holdfast writes it in UTC: when the transition was decided, not when it was sent. */
  occurred_at: requestTime(),
});

/** The answer to an accepted call. Unknown fields are let pass: the gateway may grow. */
export const holdAnswer = z.object({
  hold_id: name,
  status: z.literal('accepted'),
});

export type HoldRequest = z.infer<typeof holdRequest>;
export type HoldAnswer = z.infer<typeof holdAnswer>;
