import { useQuery } from '@tanstack/react-query';
import { runQuery, type ReconciliationRun } from '../../api/upkeep-queries.ts';
import { Facts } from '../../parts/figures.tsx';
import { count, shortId } from '../../parts/format.ts';
import { ReservationLink, SkuLink } from '../../parts/links.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import type { PageProps } from '../../shell/routes.ts';

export default function RunPage({ params: { id = '' } }: PageProps) {
  const query = useQuery(runQuery(id));
  const { data } = query;
  return (
    <Page
      kind={data?.dry_run ? 'Reconciliation, dry run' : 'Reconciliation run'}
      title={shortId(id)}
      badges={data && <StateBadge state={data.status} />}
    >
      <Loaded query={query}>
        {(run) => (
          <>
            <Section title="About it">
              <Facts facts={factsOf(run)} />
            </Section>
            <Section title="Counters that are wrong">
              <RecordTable
                label="Counters that are wrong"
                rows={run.issues}
                columns={ISSUE_COLUMNS}
                rowKey={({ sku, location, kind }) => JSON.stringify([sku, location, kind])}
                empty={{ title: 'None were found' }}
              />
            </Section>
            <Section title="Holds whose stock was given back">
              <RecordTable
                label="Holds"
                rows={run.reservation_ids}
                columns={HOLD_COLUMNS}
                rowKey={(each) => each}
                empty={{ title: 'None were due' }}
              />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const factsOf = (run: ReconciliationRun) => [
  { label: 'Why', value: run.trigger },
  { label: 'Started', value: <TimeAgo at={run.started_at} none="it waits for a worker" /> },
  { label: 'Ended', value: <TimeAgo at={run.finished_at} none="not yet" /> },
  { label: 'Looked at', value: `${count(run.scanned)} of at most ${count(run.limit)}` },
  { label: 'Holds given back', value: count(run.expired) },
  { label: 'Syncs queued anew', value: count(run.requeued_syncs) },
  { label: 'Error', value: run.error },
];

const ISSUE_COLUMNS: readonly Column<ReconciliationRun['issues'][number]>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Location', show: ({ location }) => location },
  { title: 'Counter', show: ({ kind }) => kind },
  { title: 'Should be', show: ({ expected }) => count(expected), isNumber: true },
  { title: 'Is', show: ({ actual }) => count(actual), isNumber: true },
];

const HOLD_COLUMNS: readonly Column<string>[] = [
  { title: 'Reservation', show: (id) => <ReservationLink id={id} /> },
];
