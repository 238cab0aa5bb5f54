import type { Action, Quantities } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import type { Location, Reservation, ReservationLine } from '../../api/types.ts';
import { allocationsOf, nameOf, type Allocation } from './allocations.ts';

// The verbs that change where a reservation's units are, and how many.

interface Move extends Readonly<Record<string, string | number>> {
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
}

function moveFields(open: readonly Allocation[], locations: readonly Location[]): Action<Move>['fields'] {
  return {
    from: {
      kind: 'choice',
      label: 'Units of',
      choices: open.map((each) => ({ value: each.key, label: `${nameOf(each)} (${each.open})` })),
    },
    to: {
      kind: 'choice',
      label: 'To',
      choices: [
        { value: 'any', label: 'Where there is stock' },
        ...locations.map(({ location }) => ({ value: `at ${location}`, label: location })),
      ],
    },
    quantity: { kind: 'number', label: 'Units', min: 1, max: Math.max(1, ...open.map((each) => each.open)) },
  };
}

export function reallocateAction(reservation: Reservation, locations: readonly Location[]): Action<Move> {
  const open = allocationsOf(reservation).filter((each) => each.open > 0);
  const chosen = ({ from }: Move) => open.find(({ key }) => key === from) ?? open[0];
  return {
    label: 'Move units',
    title: 'Move units to another location',
    scope: 'reservations:write',
    initial: { from: open[0]?.key ?? '', to: 'any', quantity: open[0]?.open ?? 0 },
    fields: moveFields(open, locations),
    changes: (move) => {
      const source = chosen(move);
      if (!source || move.quantity > source.open) return [];
      const target = move.to === 'any' ? 'another location' : move.to.slice(3);
      if (target === source.location) return [];
      return [
        { label: nameOf(source), from: source.open, to: source.open - move.quantity },
        { label: `${source.sku} at ${target}`, to: `+${move.quantity}` },
      ];
    },
    keepsReason: true,
    run: (move, reason, by) => {
      const source = chosen(move);
      if (!source) return Promise.reject(new Error('There are no units to move.'));
      return holdfast().reservations.reallocate(
        reservation.id,
        {
          lines: [
            {
              sku: source.sku,
              from: source.location,
              quantity: move.quantity,
              ...(move.to === 'any' ? {} : { to: move.to.slice(3) }),
            },
          ],
          reason,
        },
        by,
      );
    },
    done: 'The units are moved.',
    touches: [['reservation', reservation.id], ['availability']],
  };
}

const UNITS_MAX = 1_000_000;

/** What a line counts as in `PUT …/lines`: units of a hold, or confirmed ones that were not cancelled. */
const unitsOf = (status: Reservation['status'], line: ReservationLine): number =>
  status === 'confirmed' ? line.confirmed_quantity - line.cancelled_quantity : line.quantity;

const lineKey = ({ sku, location }: ReservationLine) => JSON.stringify([sku, location]);
const lineName = ({ sku, location }: ReservationLine) =>
  location === null ? sku : `${sku}, only from ${location}`;

interface NewLines extends Readonly<Record<string, string | number | Quantities>> {
  readonly units: Quantities;
  readonly sku: string;
  readonly added: number;
}

/** One decision for all lines: no other call can take the units in between. */
export function changeLinesAction(reservation: Reservation): Action<NewLines> {
  const { id, status, version, lines } = reservation;
  const wanted = ({ units, sku, added }: NewLines) => [
    ...lines.map((line) => ({
      sku: line.sku,
      quantity: units[lineKey(line)] ?? 0,
      ...(line.location === null ? {} : { location: line.location }),
    })),
    ...(sku && added > 0 ? [{ sku, quantity: added }] : []),
  ];
  return {
    label: 'Change lines',
    title: 'Change the lines',
    scope: 'reservations:write',
    initial: {
      units: Object.fromEntries(lines.map((line) => [lineKey(line), unitsOf(status, line)])),
      sku: '',
      added: 0,
    },
    fields: {
      units: {
        kind: 'quantities',
        label: 'Units of each line',
        lines: lines.map((line) => ({ key: lineKey(line), label: lineName(line), max: UNITS_MAX })),
      },
      sku: { kind: 'text', label: 'Another SKU', isOptional: true },
      added: { kind: 'number', label: 'Units of it', min: 0, max: UNITS_MAX },
    },
    changes: (values) => [
      ...lines.flatMap((line) => {
        const from = unitsOf(status, line);
        const to = values.units[lineKey(line)] ?? 0;
        return from === to ? [] : [{ label: lineName(line), from, to }];
      }),
      ...(values.sku && values.added > 0 ? [{ label: values.sku, from: 0, to: values.added }] : []),
    ],
    note: 'All of it or nothing. It is refused if the reservation has changed since this page was read.',
    keepsReason: true,
    run: (values, reason, { actor }) =>
      holdfast().reservations.putLines(
        id,
        { lines: wanted(values).filter(({ quantity }) => quantity > 0), reason },
        { actor, ifMatch: version },
      ),
    done: 'The lines are changed.',
    touches: [['reservation', id], ['reservations'], ['order'], ['availability']],
  };
}
