import { useQuery } from '@tanstack/react-query';
import { consistencyQuery } from '../../api/stock-queries.ts';
import { count } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import type { StockIssue } from '../../api/types.ts';

const COLUMNS: readonly Column<StockIssue>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Location', show: ({ location }) => location },
  { title: 'Missing', show: ({ actual }) => count(actual), isNumber: true },
];

/** Levels that promised more than they have: each SKU's page says who waits for the units. */
export function Shortfalls() {
  const query = useQuery(consistencyQuery());
  return (
    <Section title="Missing units" hint="Promised, and neither on hand nor within the backorder limit">
      <Loaded query={query}>
        {({ issues }) => (
          <RecordTable
            label="Missing units"
            rows={issues.filter(({ kind }) => kind === 'shortfall')}
            columns={COLUMNS}
            rowKey={({ sku, location }) => JSON.stringify([sku, location])}
            empty={{ title: 'No units are missing', hint: 'Every promise is covered.' }}
          />
        )}
      </Loaded>
    </Section>
  );
}
