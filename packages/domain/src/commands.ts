import type { CommandModule } from './command-module.ts';
import { adjustStockCommand } from './commands/adjust-stock.ts';
import { cancelOrderCommand } from './commands/cancel-order.ts';
import { cancelCommand } from './commands/cancel.ts';
import { confirmOrderCommand } from './commands/confirm-order.ts';
import { confirmCommand } from './commands/confirm.ts';
import { deleteStockLevelCommand } from './commands/delete-stock-level.ts';
import { expireCommand } from './commands/expire.ts';
import { extendCommand } from './commands/extend.ts';
import { fulfillOrderCommand } from './commands/fulfill-order.ts';
import { fulfillCommand } from './commands/fulfill.ts';
import { grantWaitingCommand } from './commands/grant-waiting.ts';
import { importStockCommand } from './commands/import-stock.ts';
import { notifyExpiringCommand } from './commands/notify-expiring.ts';
import { orderCancelledCommand } from './commands/order-cancelled.ts';
import { orderChangedCommand } from './commands/order-changed.ts';
import { orderCreatedCommand } from './commands/order-created.ts';
import { orderFulfilledCommand } from './commands/order-fulfilled.ts';
import { orderPaidCommand } from './commands/order-paid.ts';
import { orderPaymentFailedCommand } from './commands/order-payment-failed.ts';
import { patchReservationCommand } from './commands/patch-reservation.ts';
import { patchStockCommand } from './commands/patch-stock.ts';
import { putCartCommand } from './commands/put-cart.ts';
import { reallocateCommand } from './commands/reallocate.ts';
import { putReservationCommand } from './commands/put-reservation.ts';
import { releaseCommand } from './commands/release.ts';
import { repairStockCommand } from './commands/repair-stock.ts';
import { replaceLinesCommand } from './commands/replace-lines.ts';
import { reserveBatchCommand } from './commands/reserve-batch.ts';
import { reserveCommand } from './commands/reserve.ts';
import { returnCommand } from './commands/return.ts';
import { reviewStockCommand } from './commands/review-stock.ts';
import { setStockCommand } from './commands/set-stock.ts';
import { transferStockCommand } from './commands/transfer-stock.ts';
import { withdrawCommand } from './commands/withdraw.ts';
import type { Refused } from './outcome.ts';

/** Every command of the ledger, by its kind. A new one is a file in `commands/` and a row here. */
const COMMANDS = tableOf({
  reserve: reserveCommand,
  'reserve-batch': reserveBatchCommand,
  'put-reservation': putReservationCommand,
  confirm: confirmCommand,
  extend: extendCommand,
  release: releaseCommand,
  fulfill: fulfillCommand,
  cancel: cancelCommand,
  return: returnCommand,
  'patch-reservation': patchReservationCommand,
  'replace-lines': replaceLinesCommand,
  'put-cart': putCartCommand,
  reallocate: reallocateCommand,
  withdraw: withdrawCommand,
  expire: expireCommand,
  'grant-waiting': grantWaitingCommand,
  'notify-expiring': notifyExpiringCommand,
  'set-stock': setStockCommand,
  'patch-stock': patchStockCommand,
  'delete-stock-level': deleteStockLevelCommand,
  'adjust-stock': adjustStockCommand,
  'transfer-stock': transferStockCommand,
  'import-stock': importStockCommand,
  'repair-stock': repairStockCommand,
  'review-stock': reviewStockCommand,
  'confirm-order': confirmOrderCommand,
  'cancel-order': cancelOrderCommand,
  'fulfill-order': fulfillOrderCommand,
  'order-created': orderCreatedCommand,
  'order-changed': orderChangedCommand,
  'order-paid': orderPaidCommand,
  'order-payment-failed': orderPaymentFailedCommand,
  'order-cancelled': orderCancelledCommand,
  'order-fulfilled': orderFulfilledCommand,
});

type Table = typeof COMMANDS;

export type CommandKind = keyof Table;

export type CommandOf<Kind extends CommandKind> = Parameters<Table[Kind]['decide']>[1];

/** The outcome of a command. Any can be refused: its key may have been used with another request. */
export type OutcomeOf<Kind extends CommandKind> = ReturnType<Table[Kind]['decide']> | Refused;

export type Command = { [Kind in CommandKind]: CommandOf<Kind> }[CommandKind];

export type Outcome = OutcomeOf<CommandKind>;

/** What the events of other services ask for. */
export type OrderCommand = Extract<Command, { readonly kind: `order-${string}` }>;

export function moduleOf({ kind }: Pick<Command, 'kind'>): CommandModule<Command, Outcome> {
  return COMMANDS[kind];
}

/** Checks that each module stands under the kind of its command. */
function tableOf<Rows extends { [Kind in keyof Rows & string]: ModuleOfKind<Kind> }>(rows: Rows): Rows {
  return rows;
}

type ModuleOfKind<Kind> = CommandModule<{ readonly kind: Kind & string }, { readonly ok: true } | Refused>;
