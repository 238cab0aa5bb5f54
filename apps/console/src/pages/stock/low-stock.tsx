import { useInfiniteQuery } from '@tanstack/react-query';
import { lowStockPages } from '../../api/stock-queries.ts';
import type { LowSku } from '../../api/types.ts';
import { count } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { PagedTable, type Column } from '../../parts/record-table.tsx';

const COLUMNS: readonly Column<LowSku>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Available', show: ({ available }) => count(available), isNumber: true },
  { title: 'Low at', show: ({ low_stock_threshold }) => count(low_stock_threshold), isNumber: true },
];

export function LowStock() {
  const query = useInfiniteQuery(lowStockPages());
  return (
    <Section title="Low stock" hint="SKUs with as few available units as their threshold, or fewer">
      <PagedTable
        label="Low stock"
        query={query}
        columns={COLUMNS}
        rowKey={({ sku }) => sku}
        empty={{ title: 'No SKU is low', hint: 'A SKU without a threshold is never low.' }}
      />
    </Section>
  );
}
