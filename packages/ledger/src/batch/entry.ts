import type { IdempotencyKey } from '@holdfast/idempotency';
import {
  joinTargets,
  moduleOf,
  type Command,
  type CommandModule,
  type Outcome,
  type Targets,
  type Trace,
} from '@holdfast/domain';

export interface Answer<Some extends Outcome = Outcome> {
  readonly outcome: Some;
  /** Whether the outcome is that of an earlier call with the same key. */
  readonly replayed: boolean;
  /** Of a batch whose parts have keys of their own: which of them are replays. */
  readonly replayedParts?: readonly boolean[];
}

/** A command, and all that the ledger needs to know of its kind. */
export interface Described {
  readonly command: Command;
  readonly module: CommandModule<Command, Outcome>;
  readonly targets: Targets;
  /** In lines. */
  readonly weight: number;
  /**
   * Its reservations, orders, carts and imports: commands with a common one are decided in order of arrival.
   */
  readonly subjects: readonly string[];
}

/** A command on its way through the ledger. */
export interface Entry extends Described {
  readonly idempotency: IdempotencyKey | null;
  /** Of the first caller. */
  readonly trace?: Trace | undefined;
  /** Of a command that has parts: their keys, in their order. */
  readonly partKeys?: readonly (IdempotencyKey | null)[] | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Done once for each command: batches are put together, locked and read by what it says. */
export function describeCommand(command: Command): Described {
  const module = moduleOf(command);
  const targets = module.targets(command);
  return { command, module, targets, weight: module.weight(command), subjects: subjectsOf(targets) };
}

const NO_SUBJECTS: readonly string[] = [];

/** A create has none: nothing else can be about the same reservation yet. */
function subjectsOf({ reservations, orders, carts, imports }: Targets): readonly string[] {
  if (reservations.length + orders.length + carts.length + imports.length === 0) return NO_SUBJECTS;
  return [
    ...reservations.map((id) => `reservation ${id}`),
    ...orders.map((id) => `order ${id}`),
    ...carts.map((id) => `cart ${id}`),
    ...imports.map((id) => `import ${id}`),
  ];
}

/** Every key that an entry's outcome is to be kept under. */
export function keysOf({ idempotency, partKeys = [] }: Entry): IdempotencyKey[] {
  return [idempotency, ...partKeys].filter((key) => key !== null);
}

/** Entries that one transaction decides together, and what they lock and read in all. */
export interface Batch {
  readonly entries: readonly Entry[];
  readonly targets: Targets;
  readonly keys: readonly IdempotencyKey[];
}

export function batchOf(entries: readonly Entry[]): Batch {
  return { entries, targets: targetsOf(entries), keys: entries.flatMap(keysOf) };
}

export function targetsOf(entries: readonly Entry[]): Targets {
  return joinTargets(entries.map(({ targets }) => targets));
}

/** Reservations that are sourced again if they have expired. */
export function reacquiredBy(
  { reacquiredReservations, reacquiredOrders }: Targets,
  ofOrders: readonly { readonly id: string; readonly orderId: string }[],
): readonly string[] {
  if (reacquiredOrders.length === 0) return reacquiredReservations;
  const orders = new Set(reacquiredOrders);
  return [
    ...reacquiredReservations,
    ...ofOrders.filter(({ orderId }) => orders.has(orderId)).map(({ id }) => id),
  ];
}
