import type { StockMovement } from '../../api/types.ts';
import { groupBy } from '../../parts/group-by.ts';

// "Where did the units go?": what a SKU had at the beginning of a time and at its end, and every movement
// between.

export interface Balance {
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
}

export interface ExplainedRow extends Balance {
  readonly key: string;
  readonly label: string;
  /** Of this kind, newest first. */
  readonly movements: readonly StockMovement[];
}

export interface Explanation {
  readonly start: Balance;
  readonly rows: readonly ExplainedRow[];
  readonly end: Balance;
  /** What the movements do not explain: all 0, unless some could not be read. */
  readonly unexplained: Balance;
}

const LABELS: Readonly<Record<StockMovement['kind'], string>> = {
  fulfill: 'Shipped',
  return: 'Came back',
  set: 'Counted, or set by an import',
  adjust: 'Adjusted',
  transfer: 'Transferred between locations',
  drift: 'Changed outside Holdfast',
  repair: 'Repaired',
  reserve: 'Held',
  confirm: 'Confirmed: from reserved to allocated',
  release: 'Released holds',
  expire: 'Holds that ended unpaid',
  cancel: 'Cancelled after payment',
  reallocate: 'Moved with a reservation',
};

/** Changes by people and files have a reason of their own; those by reservations have the reservation. */
const BY_REASON: ReadonlySet<StockMovement['kind']> = new Set([
  'set',
  'adjust',
  'transfer',
  'drift',
  'repair',
]);

const NOTHING: Balance = { on_hand: 0, reserved: 0, allocated: 0 };

const plus = (one: Balance, other: Balance, sign = 1): Balance => ({
  on_hand: one.on_hand + sign * other.on_hand,
  reserved: one.reserved + sign * other.reserved,
  allocated: one.allocated + sign * other.allocated,
});

const deltaOf = (movement: StockMovement): Balance => ({
  on_hand: movement.on_hand_delta,
  reserved: movement.reserved_delta,
  allocated: movement.allocated_delta,
});

/** @param movements between the two balances, newest first */
export function explainUnits(
  movements: readonly StockMovement[],
  { start, end }: { readonly start: Balance; readonly end: Balance },
): Explanation {
  const groups = groupBy(movements, ({ kind, reason }) =>
    BY_REASON.has(kind) && reason !== null ? `${kind} ${reason}` : kind,
  );
  const rows = [...groups].map(([key, of]) => rowOf(key, of)).toSorted(byOrder);
  const explained = rows.reduce<Balance>((sum, row) => plus(sum, row), start);
  return { start, rows, end, unexplained: plus(end, explained, -1) };
}

function rowOf(key: string, movements: readonly StockMovement[]): ExplainedRow {
  const [first] = movements;
  const kind = first?.kind ?? 'set';
  const reason = key === kind ? null : first?.reason;
  return {
    key,
    label: reason ? `${LABELS[kind]}: ${reason}` : LABELS[kind],
    movements,
    ...movements.reduce((sum, movement) => plus(sum, deltaOf(movement)), NOTHING),
  };
}

const ORDER = Object.keys(LABELS);
const placeOf = ({ movements }: ExplainedRow) => ORDER.indexOf(movements[0]?.kind ?? 'set');

/** First what changed the units on hand, the largest change first within a kind. */
const byOrder = (one: ExplainedRow, other: ExplainedRow) =>
  placeOf(one) - placeOf(other) || Math.abs(other.on_hand) - Math.abs(one.on_hand);

export const isNothing = ({ on_hand, reserved, allocated }: Balance): boolean =>
  on_hand === 0 && reserved === 0 && allocated === 0;

export const sumOf = (balances: readonly Balance[]): Balance =>
  balances.reduce<Balance>((sum, each) => plus(sum, each), NOTHING);
