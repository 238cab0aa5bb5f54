export type { Clock, Snapshot } from './book.ts';
export type { Changes, Fulfillment, NewSync, ReservationEvent } from './changes.ts';
export * from './commands.ts';
export * from './contract-view.ts';
export * from './decide.ts';
export * from './refusals.ts';
export * from './reservation.ts';
export * from './sourcing.ts';
export * from './stock-level.ts';
