import type { Book } from '../book.ts';
import type { ReviewStockCommand } from '../commands.ts';
import type { Transition } from './transition.ts';

/** Whether a SKU is low is judged when all has been written (packages/ledger, `low-stock.ts`): this only asks for it. */
export function reviewStock(book: Book, { skus }: ReviewStockCommand): Transition {
  book.askForReview(skus);
  return { reviewed: true };
}
