import type { Command, ReserveCommand } from './commands.ts';

// What a command is about: what the ledger has to lock before it can be decided.

/** The creates in a command: what is to be sourced. */
export function reservesIn(command: Command): readonly ReserveCommand[] {
  if (command.kind === 'reserve') return [command];
  if (command.kind === 'order-created') return [command.reserve];
  return command.kind === 'reserve-batch' ? command.reservations : [];
}

/** The reservation that a verb names. Null where there is none yet. */
export function reservationNamedBy(command: Command): string | null {
  switch (command.kind) {
    case 'confirm':
    case 'extend':
    case 'release':
    case 'fulfill':
    case 'cancel':
    case 'expire':
      return command.reservationId;
    case 'reserve':
    case 'reserve-batch':
    case 'set-stock':
    case 'adjust-stock':
    case 'import-stock':
    case 'repair-stock':
    case 'review-stock':
    case 'order-created':
    case 'order-paid':
    case 'order-payment-failed':
    case 'order-cancelled':
    case 'order-fulfilled':
      return null;
    default:
      return command satisfies never;
  }
}

/** The order that a command is about: all its reservations are meant. Null where it is about something else. */
export function orderNamedBy(command: Command): string | null {
  switch (command.kind) {
    case 'order-created':
    case 'order-paid':
    case 'order-payment-failed':
    case 'order-cancelled':
    case 'order-fulfilled':
      return command.orderId;
    case 'reserve':
    case 'reserve-batch':
    case 'confirm':
    case 'extend':
    case 'release':
    case 'fulfill':
    case 'cancel':
    case 'expire':
    case 'set-stock':
    case 'adjust-stock':
    case 'import-stock':
    case 'repair-stock':
    case 'review-stock':
      return null;
    default:
      return command satisfies never;
  }
}

/** The levels that a stock command names. */
export function levelsNamedBy(
  command: Command,
): readonly { readonly sku: string; readonly location: string }[] {
  switch (command.kind) {
    case 'set-stock':
      return [command];
    case 'adjust-stock':
      return command.lines;
    case 'import-stock':
      return command.rows.filter((row) => 'sku' in row);
    case 'repair-stock':
      return command.levels;
    case 'reserve':
    case 'reserve-batch':
    case 'confirm':
    case 'extend':
    case 'release':
    case 'fulfill':
    case 'cancel':
    case 'expire':
    case 'review-stock':
    case 'order-created':
    case 'order-paid':
    case 'order-payment-failed':
    case 'order-cancelled':
    case 'order-fulfilled':
      return [];
    default:
      return command satisfies never;
  }
}
