import { z } from 'zod';

const LATENCY_MAX_MS = 60_000;

/** `null` and an absent field mean the default: no such fault. */
const or = <Value>(schema: z.ZodType<Value>, byDefault: Value) =>
  schema.nullish().transform((value) => value ?? byDefault);

const share = or(z.number().min(0).max(1), 0);

/**
 * The kind of fault, and how often it happens. Each call draws once: the first `error_rate` of the draws
 * answer `status` before any effect, the next `hang_rate` never answer, the next `drop_reply_rate` have their
 * effect and lose their reply. Shares beyond a sum of 1 give way.
 */
export const faultScript = z.strictObject({
  error_rate: share,
  status: or(z.int().min(400).max(599), 503),
  /** Before the effect, for every call that the limit lets through. */
  latency_ms: or(z.int().min(0).max(LATENCY_MAX_MS), 0),
  drop_reply_rate: share,
  hang_rate: share,
  /** Every connection to `/v1` is cut as soon as its request is seen. `/__sim` stays. */
  down: or(z.boolean(), false),
});

export type FaultScript = z.infer<typeof faultScript>;

export type Fault = 'none' | 'error' | 'hang' | 'drop_reply';

export const noFaults: FaultScript = faultScript.parse({});

/** @param draw from 0 to, but not including, 1 */
export function faultFor(script: FaultScript, draw: number): Fault {
  const { error_rate: error, hang_rate: hang, drop_reply_rate: drop } = script;
  if (draw < error) return 'error';
  if (draw < error + hang) return 'hang';
  if (draw < error + hang + drop) return 'drop_reply';
  return 'none';
}
