import { Problem } from '../http/problem.ts';

/** @param level one of the levels that are in use */
export function inUse(
  what: string,
  { sku, location }: { readonly sku: string; readonly location: string },
): Problem {
  return new Problem(
    'in_use',
    `${what} still has units or promises, for example ${sku} at ${location}. Set on_hand to 0, and end or move its reservations.`,
  );
}
