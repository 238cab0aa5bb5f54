import type { Requests } from '../load-generator/orders.ts';
import { mixed } from '../loads.ts';

/** So many a second of each, of one unit over 1,000 SKUs. */
export interface Checkout {
  readonly holds: number;
  readonly confirms: number;
  /** Of the holds. Left out: the API's default. */
  readonly ttlSeconds?: number;
}

/**
 * Holds, and orders that are confirmed in the call that makes them, each of which leaves a sync; evenly mixed.
 */
export function checkout(
  url: string,
  { holds, confirms, ttlSeconds }: Checkout,
): { requests: Requests; perSecond: number } {
  const perSecond = holds + confirms;
  const isConfirm = (n: number) => ((n + 1) * confirms) % perSecond < confirms;
  const body = (sku: string, n: number) =>
    JSON.stringify({
      lines: [{ sku, quantity: 1 }],
      ...(isConfirm(n) ? { confirm: true } : { ttl_seconds: ttlSeconds }),
    });
  const bodies = Array.from({ length: perSecond * ROUNDS_OF_BODIES }, (_, n) =>
    body(mixed[n % mixed.length] ?? '', n),
  );
  return { requests: { url, bodies, keyed: false, expect: { status: 201 } }, perSecond };
}

/** Seconds after which the same requests come again. */
const ROUNDS_OF_BODIES = 10;
