import type { Book } from '../book.ts';
import type { ReserveBatchCommand } from '../commands.ts';
import { reserve } from './reserve.ts';
import type { SingleTransition, Transition } from './transition.ts';

/** Decides creates in their order: each for itself, or, atomic, all or none. */
export function reserveBatch(book: Book, { atomic, reservations }: ReserveBatchCommand): Transition {
  const results: SingleTransition[] = [];
  const before = atomic ? book.checkpoint() : null;
  for (const [index, command] of reservations.entries()) {
    const result = reserve(book, command);
    if (before && 'refusal' in result) {
      book.rollBack(before);
      return { ...result, part: index };
    }
    results.push(result);
  }
  return { results };
}
