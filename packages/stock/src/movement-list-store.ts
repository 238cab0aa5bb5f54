import type { Database } from '@holdfast/db';
import {
  movementPage,
  WITHOUT_INCREMENTAL_SORT,
  type MovementFilter,
  type MovementPage,
} from './movement-pages-store.ts';

export { movementListOf, type MovementList, type MovementPlace } from './movement-pages-store.ts';

/** A change of a level's counters, as the contract shows it. */
export interface StockMovement {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly sku: string;
  readonly location: string;
  /** Counts the movements of the level, without a gap. */
  readonly level_seq: number;
  readonly kind: string;
  readonly on_hand_delta: number;
  readonly reserved_delta: number;
  readonly allocated_delta: number;
  /** After the movement, as the next two. */
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly reservation_id: string | null;
  readonly reason: string | null;
  readonly caller: string;
}

/**
 * Movements, newest first; of one level in the very order of its changes. Every page is one look into one
 * index: what it costs does not depend on how many movements there are. (Those of one reservation are few,
 * and are sorted.) What does not exist has none.
 *
 * @throws {Error} when the page's place is of another list
 */
export async function readStockMovements(
  prisma: Database['prisma'],
  filter: MovementFilter,
  page: MovementPage,
): Promise<readonly StockMovement[]> {
  const [, rows] = await prisma.$transaction([
    prisma.$executeRaw(WITHOUT_INCREMENTAL_SORT),
    prisma.$queryRaw<{ movement: StockMovement }[]>(movementPage(filter, page)),
  ]);
  return rows.map(({ movement }) => movement);
}
