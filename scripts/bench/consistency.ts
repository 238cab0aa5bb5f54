import { z } from 'zod';

const checked = z.object({
  is_consistent: z.boolean(),
  total_stock_levels: z.int(),
  issues: z.array(z.unknown()),
});

export interface Checked {
  readonly levels: number;
  readonly seconds: number;
}

const ISSUES_SHOWN = 5;

/**
 * Has the API compare its counters; with `deep`, also with the sums of all movements.
 *
 * @throws {Error} with the first issues, when the books are not right
 */
export async function checkBooks(apiUrl: string, { deep }: { readonly deep: boolean }): Promise<Checked> {
  const started = performance.now();
  const response = await fetch(new URL(`/v1/inventory/consistency?deep=${deep}`, apiUrl));
  const text = await response.text();
  const seconds = (performance.now() - started) / 1_000;
  if (!response.ok) throw new Error(`the consistency check answered ${response.status}: ${text}`);
  const { is_consistent, total_stock_levels, issues } = checked.parse(JSON.parse(text));
  if (is_consistent) return { levels: total_stock_levels, seconds };
  throw new Error(`the books are not right: ${JSON.stringify(issues.slice(0, ISSUES_SHOWN))}`);
}
