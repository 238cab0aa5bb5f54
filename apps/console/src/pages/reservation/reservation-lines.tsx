import type { Reservation, ReservationLine } from '../../api/types.ts';
import { count } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';

const counted = (title: string, of: (line: ReservationLine) => number): Column<ReservationLine> => ({
  title,
  show: (line) => count(of(line)),
  isNumber: true,
});

const COLUMNS: readonly Column<ReservationLine>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  counted('Asked for', (line) => line.requested_quantity),
  counted('Units', (line) => line.quantity),
  counted('Confirmed', (line) => line.confirmed_quantity),
  counted('Shipped', (line) => line.fulfilled_quantity),
  counted('Cancelled', (line) => line.cancelled_quantity),
  counted('Returned', (line) => line.returned_quantity),
  { title: 'From', show: (line) => <Sources line={line} /> },
];

/** Each location that gives units, and what became of them. */
function Sources({ line: { allocations, location } }: { readonly line: ReservationLine }) {
  if (allocations.length === 0) return location === null ? '–' : `only ${location}`;
  return (
    <div>
      {allocations.map((each) => (
        <div key={each.location}>
          {each.location}: {each.quantity}
          {each.fulfilled_quantity > 0 && `, ${each.fulfilled_quantity} shipped`}
          {each.cancelled_quantity > 0 && `, ${each.cancelled_quantity} cancelled`}
          {each.returned_quantity > 0 && `, ${each.returned_quantity} returned`}
        </div>
      ))}
    </div>
  );
}

export const ReservationLines = ({ reservation: { lines } }: { readonly reservation: Reservation }) => (
  <RecordTable
    label="Lines"
    rows={lines}
    columns={COLUMNS}
    rowKey={({ sku, location }) => JSON.stringify([sku, location])}
    empty={{
      title: 'It has no lines',
      hint: 'Only the id is known: it was withdrawn before it was created.',
    }}
  />
);
