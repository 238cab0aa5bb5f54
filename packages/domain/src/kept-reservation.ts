import type { ReservationView } from './contract-view.ts';

// Events and stored outcomes contain a reservation as it was shown, and most of its fields have their usual
// value. Those are left out of the row: a plain hold has half the bytes, each of which is written and read
// several times.

type Line = ReservationView['lines'][number];
type Allocation = Line['allocations'][number];

/** A reservation as a row keeps it: a field that is not there has its usual value. All may be there. */
export type KeptReservation = Pick<ReservationView, 'id' | 'status' | 'version' | 'created_at'> &
  Partial<Omit<ReservationView, 'lines'>> & { readonly lines: readonly KeptLine[] };
type KeptLine = Pick<Line, 'sku' | 'quantity'> &
  Partial<Omit<Line, 'allocations'>> & { readonly allocations: readonly KeptAllocation[] };
type KeptAllocation = Pick<Allocation, 'location' | 'quantity'> & Partial<Allocation>;

// All fields, in the contract's order, so that a kept outcome is replayed with the same bytes. Undefined:
// there is no usual value.

const usualReservation = ({ created_at }: Pick<ReservationView, 'created_at'>) => ({
  id: undefined,
  status: undefined,
  order_id: null,
  cart_id: null,
  customer_id: null,
  store_id: null,
  source: null,
  release_reason: null,
  payment_reference: null,
  expires_at: null,
  extensions: 0,
  sourcing: 'split' as const,
  locations: null,
  if_short: 'reject' as const,
  wait_priority: 0,
  waiting_until: null,
  notify_before_seconds: null,
  lines: undefined,
  warehouse_sync: null,
  metadata: undefined,
  version: undefined,
  created_at: undefined,
  updated_at: created_at,
  held_at: created_at,
  confirmed_at: null,
  released_at: null,
  expired_at: null,
  cancelled_at: null,
  fulfilled_at: null,
  withdrawn_at: null,
});

const usualLine = ({ quantity }: Pick<Line, 'quantity'>) => ({
  sku: undefined,
  location: null,
  quantity: undefined,
  requested_quantity: quantity,
  confirmed_quantity: 0,
  fulfilled_quantity: 0,
  cancelled_quantity: 0,
  returned_quantity: 0,
  allocations: undefined,
});

const USUAL_ALLOCATION = {
  location: undefined,
  quantity: undefined,
  fulfilled_quantity: 0,
  cancelled_quantity: 0,
  returned_quantity: 0,
};

/** Leaves out fields with their usual value. */
export function keepReservation(view: ReservationView): KeptReservation {
  const { lines, metadata, ...fields } = view;
  return {
    ...unusual(fields, usualReservation(view)),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    lines: lines.map(keepLine),
  };
}

function keepLine({ allocations, ...line }: Line): KeptLine {
  return {
    ...unusual(line, usualLine(line)),
    allocations: allocations.map((each) => unusual(each, USUAL_ALLOCATION)),
  };
}

/** A kept reservation with all its fields. */
export function showKept(kept: KeptReservation): ReservationView {
  return {
    ...usualReservation(kept),
    ...kept,
    metadata: kept.metadata ?? {},
    lines: kept.lines.map((line) => ({
      ...usualLine(line),
      ...line,
      allocations: line.allocations.map((each) => ({ ...USUAL_ALLOCATION, ...each })),
    })),
  };
}

/** The fields of a thing that are not in `usual` with the same value. */
function unusual<Thing extends object, Usual extends Partial<Thing>>(thing: Thing, usual: Usual) {
  const usually: Partial<Thing> = usual;
  const kept: Partial<Thing> = {};
  for (const name in thing) if (thing[name] !== usually[name]) kept[name] = thing[name];
  return kept as Omit<Thing, HasUsualValue<Usual>> & Partial<Thing>;
}

type HasUsualValue<Usual> = {
  [Name in keyof Usual]: Usual[Name] extends undefined ? never : Name;
}[keyof Usual];
