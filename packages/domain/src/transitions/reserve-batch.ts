import type { Book } from '../book.ts';
import type { ReserveBatchCommand } from '../commands.ts';
import { reserve } from './reserve.ts';
import { refuse, type SingleTransition, type Transition } from './transition.ts';

/** Decides creates in their order: each for itself, or, atomic, all or none. */
export function reserveBatch(book: Book, { atomic, reservations }: ReserveBatchCommand): Transition {
  const results: SingleTransition[] = [];
  const before = atomic ? book.checkpoint() : null;
  for (const [index, command] of reservations.entries()) {
    const result = reserve(book, command);
    if (before && 'refusal' in result) {
      book.rollBack(before);
      const which = `Reservation ${index + 1} of ${reservations.length}: `;
      return { ...refuse({ ...result.refusal, detail: which + result.refusal.detail }), part: index };
    }
    results.push(result);
  }
  return { results };
}
