import { eventually } from '@holdfast/testing';
import { z } from 'zod';

export const LOCATION = 'WH-1';
/** More of each SKU than any benchmark can sell. */
export const ON_HAND = 1_000_000_000;
export const SOLD_OUT = 'SKU-SOLD-OUT';
export const LIMITED = 'SKU-LIMITED';
export const skuNames: readonly string[] = Array.from({ length: 1_000 }, (_, index) => `SKU-${index}`);

/** The throughput benchmark has as many connections: batches fill up. */
const AT_ONCE = 128;
/** What prepares a benchmark: few enough that an API on a busy machine refuses none. */
export const PREPARING = { atOnce: 32 };
const STOCKED_WITHIN_MS = 30_000;
const ISSUES_SHOWN = 5;
const SHOWN_MAX = 1_000;

/** Does it for each, 128 at once unless it says. @returns the results in the order of the items */
export async function forMany<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  { atOnce = AT_ONCE }: { readonly atOnce?: number } = {},
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** @returns the body of the answer. @throws {Error} with the answer when it is not a good one */
export async function callApi(
  apiUrl: string,
  method: 'DELETE' | 'GET' | 'POST' | 'PUT',
  path: string,
  { body, key }: { readonly body?: object; readonly key?: string | undefined } = {},
): Promise<string> {
  const response = await fetch(new URL(path, apiUrl), {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, SHOWN_MAX)}`);
}

/** Puts 1,000 SKUs in stock at one location, one of which there is nothing, and one with a limit. */
export async function stockUp(apiUrl: string): Promise<void> {
  // An API that has just started on a busy machine may refuse some.
  const put = (path: string, body: object) =>
    eventually(() => callApi(apiUrl, 'PUT', path, { body }), { timeoutMs: STOCKED_WITHIN_MS });
  const putSku = async (sku: string) => {
    await put(`/v1/skus/${sku}`, sku === LIMITED ? { max_per_customer: ON_HAND } : {});
    await put(`/v1/stock-levels/${sku}/${LOCATION}`, { on_hand: sku === SOLD_OUT ? 0 : ON_HAND });
  };
  await put(`/v1/locations/${LOCATION}`, {});
  await forMany([SOLD_OUT, LIMITED, ...skuNames], putSku, PREPARING);
}

const consistency = z.object({
  is_consistent: z.boolean(),
  total_stock_levels: z.int(),
  issues: z.array(z.unknown()),
});

export interface Checked {
  readonly levels: number;
  readonly seconds: number;
}

/**
 * Has the API compare its counters; with `deep`, also with the sums of all movements.
 *
 * @throws {Error} with the first issues, when counters are wrong
 */
export async function checkCounters(apiUrl: string, { deep }: { readonly deep: boolean }): Promise<Checked> {
  const started = performance.now();
  const answer = await callApi(apiUrl, 'GET', `/v1/inventory/consistency?deep=${deep}`);
  const seconds = (performance.now() - started) / 1_000;
  const { is_consistent, total_stock_levels, issues } = consistency.parse(JSON.parse(answer));
  if (is_consistent) return { levels: total_stock_levels, seconds };
  throw new Error(`counters are wrong: ${JSON.stringify(issues.slice(0, ISSUES_SHOWN))}`);
}
