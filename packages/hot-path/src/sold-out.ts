import { decide, type Refused, type ReserveCommand, type Snapshot } from '@holdfast/domain';
import type { KnownSku } from './known-sku.ts';

/** Empty rows: to refuse a create of sold-out SKUs, the decision needs none of these. */
const NOTHING: Snapshot = {
  skus: [],
  locations: [],
  levels: [],
  reservations: [],
  orders: [],
  cancelledOrders: [],
  refusedPayments: [],
  recordedParts: [],
  imports: [],
  customerUnits: [],
  audits: [],
  blockers: [],
  waiters: [],
};

/** Whether a create may be refused without the ledger: a location that it names may be unknown. */
export const mayBeRefused = ({ ifShort, wait, locations, lines }: ReserveCommand): boolean =>
  ifShort !== 'wait' &&
  !wait &&
  locations === null &&
  lines.length > 0 &&
  lines.every(({ location }) => location === null);

/**
 * The refusal of a create while none of its SKUs has a unit to promise, by the same rules as in the ledger.
 * Without units it makes no difference which locations there are, or how lines are sourced.
 *
 * @param known of each line. Undefined: it is not known
 * @returns null: the ledger decides
 */
export function refusalOf(
  command: ReserveCommand,
  known: readonly (KnownSku | undefined)[],
  now: number,
): Refused | null {
  const skus = known.flatMap((each) => (each && now < each.soldOutUntil ? [each.settings] : []));
  if (skus.length < command.lines.length) return null;
  const clock = { now, newId: neverCalled, idOf: neverCalled };
  const [outcome] = decide({ ...NOTHING, skus }, [command], clock).outcomes;
  return outcome?.ok === false && outcome.refusal.code === 'insufficient_stock' ? outcome : null;
}

const neverCalled = (): never => {
  throw new Error('a create that takes nothing makes no id');
};
