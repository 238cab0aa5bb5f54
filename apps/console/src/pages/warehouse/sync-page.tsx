import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import { syncQuery } from '../../api/operations-queries.ts';
import type { WarehouseSyncDetails } from '../../api/types.ts';
import { Facts } from '../../parts/figures.tsx';
import { shortId } from '../../parts/format.ts';
import { OrderLink, ReservationLink } from '../../parts/links.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Loaded } from '../../parts/states.tsx';
import { WhoAndWhy } from '../../parts/who-and-why.tsx';
import { ExactTime, TimeAgo } from '../../parts/times.tsx';
import type { PageProps } from '../../shell/routes.ts';
import { retrySelectedAction } from './retry-actions.ts';

/** One message to the warehouse: what was sent, and what came back each time. */
export default function SyncPage({ params: { id = '' } }: PageProps) {
  const query = useQuery(syncQuery(id));
  const { data } = query;
  const mayRetry = data?.state === 'failed' || data?.state === 'pending';
  return (
    <Page
      kind="Warehouse sync"
      title={data?.order_id ?? shortId(id)}
      badges={data && <StateBadge state={data.state} />}
      actions={data && mayRetry && <ActionButton action={retrySelectedAction([data])} variant="filled" />}
    >
      <Loaded query={query}>
        {(sync) => (
          <>
            <Section title="About it">
              <Facts facts={factsOf(sync)} />
            </Section>
            <Section title="Attempts" hint="Oldest first, as far back as they are kept">
              <RecordTable
                label="Attempts"
                rows={sync.attempt_history}
                columns={ATTEMPT_COLUMNS}
                rowKey={({ number }) => String(number)}
                empty={{ title: 'It was not sent yet' }}
              />
            </Section>
            <Section title="What is sent" hint={`With the idempotency key ${id}`}>
              <pre className="raw" tabIndex={0} aria-label="What is sent">
                {JSON.stringify(sync.sent, null, 2)}
              </pre>
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const factsOf = (sync: WarehouseSyncDetails) => [
  { label: 'Order', value: <OrderLink name={sync.order_id} /> },
  { label: 'Reservation', value: <ReservationLink id={sync.reservation_id} /> },
  { label: 'Action', value: sync.action },
  { label: 'Created', value: <TimeAgo at={sync.created_at} /> },
  { label: 'Ended', value: <TimeAgo at={sync.finished_at} none="not yet" /> },
  { label: 'Attempts', value: sync.attempts },
  { label: 'Last reason', value: sync.last_error },
];

type Attempt = WarehouseSyncDetails['attempt_history'][number];

const ATTEMPT_COLUMNS: readonly Column<Attempt>[] = [
  { title: 'Attempt', show: ({ number }) => number, isNumber: true },
  { title: 'Started', show: ({ started_at }) => <ExactTime at={started_at} /> },
  { title: 'Retried', show: ({ retry }) => (retry === null ? '–' : <WhoAndWhy {...retry} />) },
  { title: 'Status', show: ({ status }) => status ?? '–' },
  { title: 'Error', show: ({ error }) => error ?? '–' },
  { title: 'Answer of the gateway', show: ({ answer }) => <Answer text={answer} /> },
];

const Answer = ({ text }: { readonly text: string | null }) =>
  text === null ? (
    'none is kept'
  ) : (
    <pre className="raw" tabIndex={0} aria-label="Answer of the gateway">
      {text}
    </pre>
  );
