import type { Reservation } from '../../api/types.ts';
import { count } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';

interface SkuUnits {
  readonly sku: string;
  readonly held: number;
  readonly sold: number;
  readonly shipped: number;
}

/** What reservations have of each SKU: held for payment, sold and not shipped, shipped. */
function unitsBySku(reservations: readonly Reservation[]): SkuUnits[] {
  const found = new Map<string, SkuUnits>();
  for (const { status, lines } of reservations) {
    for (const line of lines) {
      const before = found.get(line.sku) ?? { sku: line.sku, held: 0, sold: 0, shipped: 0 };
      const open = line.confirmed_quantity - line.cancelled_quantity - line.fulfilled_quantity;
      found.set(line.sku, {
        sku: line.sku,
        held: before.held + (status === 'held' ? line.quantity : 0),
        sold: before.sold + (status === 'confirmed' ? open : 0),
        shipped: before.shipped + line.fulfilled_quantity - line.returned_quantity,
      });
    }
  }
  return [...found.values()].filter(({ held, sold, shipped }) => held + sold + shipped > 0);
}

const COLUMNS: readonly Column<SkuUnits>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Held', show: ({ held }) => count(held), isNumber: true },
  { title: 'Sold, not shipped', show: ({ sold }) => count(sold), isNumber: true },
  { title: 'Shipped', show: ({ shipped }) => count(shipped), isNumber: true },
];

export const UnitsBySku = ({ reservations }: { readonly reservations: readonly Reservation[] }) => (
  <Section title="What the customer has" hint="Of the reservations in the list below">
    <RecordTable
      label="Units by SKU"
      rows={unitsBySku(reservations)}
      columns={COLUMNS}
      rowKey={({ sku }) => sku}
      empty={{ title: 'Nothing is held, sold or shipped' }}
    />
  </Section>
);
