import type { Reservation } from '../../api/types.ts';

const COLUMNS = [
  'reservation',
  'status',
  'order',
  'cart',
  'customer',
  'store',
  'source',
  'created_at',
  'expires_at',
  'sku',
  'pin',
  'quantity',
  'confirmed',
  'fulfilled',
  'cancelled',
  'returned',
];

/** A spreadsheet takes a cell that begins like this for a formula: an apostrophe makes it text. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const row = (cells: readonly (string | number | null)[]) => `${cells.map(cell).join(',')}\r\n`;

export const csvHeader = (): string => row(COLUMNS);

/** One row for each line; a reservation without lines has one, too. */
export function csvRows(reservation: Reservation): string {
  const own = [
    reservation.id,
    reservation.status,
    reservation.order_id,
    reservation.cart_id,
    reservation.customer_id,
    reservation.store_id,
    reservation.source,
    reservation.created_at,
    reservation.expires_at,
  ];
  if (reservation.lines.length === 0) return row([...own, null, null, null, null, null, null, null]);
  return reservation.lines
    .map((line) =>
      row([
        ...own,
        line.sku,
        line.location,
        line.quantity,
        line.confirmed_quantity,
        line.fulfilled_quantity,
        line.cancelled_quantity,
        line.returned_quantity,
      ]),
    )
    .join('');
}
