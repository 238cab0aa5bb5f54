export type {
  Changes,
  ExpiryNotice,
  ImportedChunk,
  NewEvent,
  NewSync,
  PartKind,
  PartName,
  RecordedPart,
  RefusedPayment,
  Trace,
} from './changes.ts';
export * from './commands.ts';
export type { IfVersion } from './commands/if-version.ts';
export { IMPORT_CREATES, type ImportCreates } from './commands/import-stock.ts';
export type { ImportRow, ReadableImportRow, Restored } from './commands/import-row.ts';
export type { OrderCallOutcome } from './commands/order-calls.ts';
export type { LinePart } from './commands/line-parts.ts';
export { THE_LINE } from './commands/attempt.ts';
export type { ReserveCommand } from './commands/reserve.ts';
export * from './contract-view.ts';
export * from './decide.ts';
export * from './outcome.ts';
export { keepReservation, showKept, type KeptReservation } from './kept-reservation.ts';
export * from './refusals.ts';
export * from './hold-lifetime.ts';
export * from './reservation.ts';
export {
  isKnown,
  ORDER_EFFECTS,
  ORDER_RESERVATIONS_MAX,
  type EarlyFulfillment,
  type Order,
  type OrderEffect,
} from './order.ts';
export { customersOf } from './counted-customers.ts';
export type { CustomerUnits } from './customer-units.ts';
export { joinTargets, type NextInLine, type Targets } from './targets.ts';
export { nameOfLevel } from './draft-state.ts';
export type { CommandModule } from './command-module.ts';
export { ordersGivenStock } from './commands/cancelled-order.ts';
export type { Clock, LevelAudit, OpenImport, Snapshot } from './snapshot.ts';
export * from './quote.ts';
export * from './sourcing.ts';
export * from './stock-level.ts';
export { unmetDemandOf, type UnmetDemand } from './unmet-demand.ts';
export type { Blocker, PlaceInLine, Wait, WaiterCount, WaitTerms } from './place-in-line.ts';
export { isWaiting, locationsOfLine } from './waiting-line.ts';
