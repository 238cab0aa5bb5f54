import { orNone, words } from '../../parts/format.ts';
import { OrderLink, ReservationLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import type { SaleEvent } from './sale-model.ts';

const COLUMNS: readonly Column<SaleEvent>[] = [
  { title: 'Event', show: ({ name }) => words(name) },
  {
    title: 'For',
    show: ({ orderId, reservationId }) =>
      orderId === null ? <ReservationLink id={reservationId} /> : <OrderLink name={orderId} />,
  },
  {
    title: 'SKUs',
    show: ({ changes }) => orNone([...new Set(changes.map(({ sku }) => sku))].slice(0, 3).join(', ')),
  },
  { title: 'When', show: ({ at }) => <TimeAgo at={new Date(at).toISOString()} /> },
];

export const RecentEvents = ({ events }: { readonly events: readonly SaleEvent[] }) => (
  <Section title="Newest events">
    <RecordTable
      label="Newest events"
      rows={events}
      columns={COLUMNS}
      rowKey={({ id }) => id}
      empty={{ title: 'No event since this page was opened' }}
    />
  </Section>
);
