export type { Changes, Fulfillment, ImportedChunk, NewSync, ReservationEvent } from './changes.ts';
export * from './commands.ts';
export * from './contract-view.ts';
export * from './decide.ts';
export * from './refusals.ts';
export * from './reservation.ts';
export type { Clock, LevelAudit, OpenImport, Snapshot } from './snapshot.ts';
export * from './sourcing.ts';
export * from './stock-level.ts';
