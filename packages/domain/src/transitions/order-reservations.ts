import type { Book } from '../book.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import type { SingleTransition } from './transition.ts';

/** An order's reservations as they are now, oldest first. */
export function reservationsOf(book: Book, orderId: string): readonly Reservation[] {
  return book
    .reservations()
    .flatMap(({ id }) => book.reservation(id) ?? [])
    .filter((each) => each.orderId === orderId)
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** Holds that live, and what is sold. */
export function isAlive({ status }: Reservation): boolean {
  return status === 'held' || status === 'confirmed' || status === 'fulfilled';
}

/** The end of an order's event. */
export function concluded(
  book: Book,
  orderId: string,
  refusal: Refusal | null = null,
  { isUnfinished } = { isUnfinished: false },
): SingleTransition {
  const all = reservationsOf(book, orderId);
  const newest = all.findLast(isAlive) ?? all.at(-1);
  return { order: { orderId, reservationId: newest?.id ?? null, refusal, isUnfinished } };
}
