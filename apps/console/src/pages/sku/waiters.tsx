import { useInfiniteQuery } from '@tanstack/react-query';
import { reservationPages } from '../../api/reservation-queries.ts';
import { Section } from '../../parts/page.tsx';
import { PagedTable } from '../../parts/record-table.tsx';
import { RESERVATION_COLUMNS } from '../reservations/reservation-columns.tsx';

export function Waiters({ sku }: { readonly sku: string }) {
  const query = useInfiniteQuery(reservationPages({ status: ['waiting'], sku }));
  return (
    <Section title="Waiting in line" hint="Reservations that get units as soon as some come free">
      <PagedTable
        label="Waiting in line"
        query={query}
        columns={RESERVATION_COLUMNS}
        rowKey={({ id }) => id}
        empty={{ title: 'No reservation waits for this SKU' }}
      />
    </Section>
  );
}
