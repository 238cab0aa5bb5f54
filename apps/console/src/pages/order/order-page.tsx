import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import type { Action, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import { orderQuery } from '../../api/reservation-queries.ts';
import type { Order } from '../../api/types.ts';
import { Facts } from '../../parts/figures.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { RecordTable } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import type { PageProps } from '../../shell/routes.ts';
import { RESERVATION_COLUMNS } from '../reservations/reservation-columns.tsx';

export default function OrderPage({ params: { order = '' } }: PageProps) {
  const query = useQuery(orderQuery(order));
  const { data } = query;
  const isAlive = data?.reservations.some(({ status }) => ['waiting', 'held', 'confirmed'].includes(status));
  return (
    <Page
      kind="Order"
      title={order}
      badges={data && data.cancelled_at !== null && <StateBadge state="cancelled" />}
      actions={data && isAlive && <ActionButton action={cancelOrderAction(data)} />}
    >
      <Loaded query={query}>
        {({ paid_at, cancelled_at, reservations }) => (
          <>
            <Section title="About it">
              <Facts
                facts={[
                  { label: 'Paid', value: <TimeAgo at={paid_at} none="not known" /> },
                  { label: 'Cancelled', value: <TimeAgo at={cancelled_at} none="no" /> },
                  { label: 'Reservations', value: reservations.length },
                ]}
              />
            </Section>
            <Section title="Reservations" hint="Oldest first">
              <RecordTable
                label="Reservations of the order"
                rows={reservations}
                columns={RESERVATION_COLUMNS}
                rowKey={({ id }) => id}
                empty={{ title: 'The order has no reservations' }}
              />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function cancelOrderAction({ order_id, reservations }: Order): Action<Values> {
  return {
    label: 'Cancel the order',
    title: 'Cancel the whole order',
    scope: 'reservations:write',
    isDangerous: true,
    initial: {},
    changes: () =>
      reservations
        .filter(({ status }) => ['waiting', 'held', 'confirmed'].includes(status))
        .map(({ id, status }) => ({
          label: `Reservation ${id.slice(0, 8)}`,
          from: status,
          to: status === 'confirmed' ? 'cancelled' : 'released',
        })),
    note: 'Units that have shipped stay shipped. Nothing is reserved for this order any more.',
    keepsReason: true,
    run: (_values, reason, by) => holdfast().orders.cancel(order_id, { reason }, by),
    done: 'The order is cancelled.',
    touches: [['order', order_id], ['reservation'], ['reservations']],
  };
}
