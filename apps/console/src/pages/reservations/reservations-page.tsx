import { useInfiniteQuery } from '@tanstack/react-query';
import { filterFrom, filterTo } from '../../api/filters.ts';
import { reservationPages } from '../../api/reservation-queries.ts';
import { Page, Section } from '../../parts/page.tsx';
import { PagedTable, rowsOf } from '../../parts/record-table.tsx';
import { useQueryString } from '../../router.tsx';
import { BulkRelease } from './bulk-release.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterForm } from './filter-form.tsx';
import { RESERVATION_COLUMNS } from './reservation-columns.tsx';
import { UnitsBySku } from './units-by-sku.tsx';

export default function ReservationsPage() {
  const [search, setSearch] = useQueryString();
  const filter = filterFrom(search);
  const query = useInfiniteQuery(reservationPages(filter));
  const rows = rowsOf(query.data);
  return (
    <Page
      title={filter.customer_id ? `Reservations of ${filter.customer_id}` : 'Reservations'}
      actions={
        <>
          <BulkRelease filter={filter} />
          <ExportButton filter={filter} />
        </>
      }
    >
      <Section title="Filters">
        <FilterForm filter={filter} onChange={(next) => setSearch(filterTo(next))} />
      </Section>
      {filter.customer_id !== undefined && <UnitsBySku reservations={rows} />}
      <Section title="List" hint={filter.expires_before ? 'Soonest end first' : 'Newest first'}>
        <PagedTable
          label="Reservations"
          query={query}
          columns={RESERVATION_COLUMNS}
          rowKey={({ id }) => id}
          empty={{
            title: 'No reservation fits',
            hint: 'Take away a filter, or look for the order in the search.',
          }}
        />
      </Section>
    </Page>
  );
}
