import { Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { promisePages } from '../../api/stock-queries.ts';
import type { Availability, LevelPromise } from '../../api/types.ts';
import { count, plural } from '../../parts/format.ts';
import { CustomerLink, OrderLink, ReservationLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { PagedTable, type Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Empty } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';

const COLUMNS: readonly Column<LevelPromise>[] = [
  { title: 'Reservation', show: ({ reservation_id }) => <ReservationLink id={reservation_id} /> },
  { title: 'State', show: ({ status }) => <StateBadge state={status} /> },
  { title: 'Units', show: ({ quantity }) => count(quantity), isNumber: true },
  { title: 'Order', show: ({ order_id }) => <OrderLink name={order_id} /> },
  { title: 'Customer', show: ({ customer_id }) => <CustomerLink name={customer_id} /> },
  { title: 'Since', show: ({ since }) => <TimeAgo at={since} /> },
  {
    title: 'Covered',
    show: ({ covered }) => (covered ? 'yes' : <StateBadge state="short" label="waits for stock" />),
  },
];

/** Who has the units of a SKU, by location, oldest first. */
export function Promises({ stock }: { readonly stock: Availability }) {
  const promised = stock.locations.filter(({ reserved, allocated }) => reserved + allocated > 0);
  if (promised.length === 0)
    return <Empty title="No units are promised" hint="All that is on hand is free." />;
  return (
    <Stack gap="lg">
      {promised.map(({ location, reserved, allocated }) => (
        <Section
          key={location}
          title={`At ${location}`}
          hint={`${plural(reserved + allocated, 'unit')} promised: ${count(reserved)} held, ${count(allocated)} sold`}
        >
          <PromisesAt sku={stock.sku} location={location} />
        </Section>
      ))}
    </Stack>
  );
}

function PromisesAt({ sku, location }: { readonly sku: string; readonly location: string }) {
  const query = useInfiniteQuery(promisePages(sku, location));
  return (
    <PagedTable
      label={`Who has ${sku} at ${location}`}
      query={query}
      columns={COLUMNS}
      rowKey={({ reservation_id }) => reservation_id}
      empty={{ title: 'No reservation has units here', hint: 'Holds that have ended are left out.' }}
    />
  );
}
