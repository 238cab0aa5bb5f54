import type { SqlRunner } from '@holdfast/db';

/** Those of one cart, held or waiting, that are looked at, newest first: creates may have made several. */
const HOLDS_OF_A_CART_MAX = 20;

/**
 * The ids of the holds that carts have or wait for now. Calls about a cart lock its name first, so none of
 * them adds one at the same time; a create that only names the cart may.
 */
export async function readHoldsOfCarts(db: SqlRunner, carts: readonly string[]): Promise<readonly string[]> {
  if (carts.length === 0) return [];
  const holds = await db.$queryRaw<{ id: string }[]>`
    SELECT hold.id
    FROM unnest(${[...new Set(carts)]}::text[]) AS named (cart_id)
    CROSS JOIN LATERAL (
      SELECT id
      FROM reservations
      WHERE cart_id = named.cart_id
        AND status IN ('held', 'waiting')
      ORDER BY id DESC
      LIMIT ${HOLDS_OF_A_CART_MAX}::integer
    ) hold`;
  return holds.map(({ id }) => id);
}
