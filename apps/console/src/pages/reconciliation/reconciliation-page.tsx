import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import {
  consistencyQuery,
  repairQuery,
  runPages,
  type Consistency,
  type ReconciliationRun,
} from '../../api/upkeep-queries.ts';
import { change, count } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { PagedTable, RecordTable, type Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import { Link } from '../../router.tsx';
import { useCan } from '../../session/caller.tsx';
import { repairAction, startAction } from './reconciliation-actions.ts';

/** Whether the counters are what movements and open lines say, and the runs that look after it. */
export default function ReconciliationPage() {
  const can = useCan();
  const runs = useInfiniteQuery(runPages());
  return (
    <Page title="Reconciliation" actions={<ActionButton action={startAction()} />}>
      {can('stock:read') && <Counters />}
      <Section title="Runs" hint="Each gives back due holds, queues lost jobs and checks the counters">
        <PagedTable
          label="Reconciliation runs"
          query={runs}
          columns={RUN_COLUMNS}
          rowKey={({ id }) => id}
          empty={{ title: 'No run yet', hint: 'Workers start one at their start and every few minutes.' }}
        />
      </Section>
    </Page>
  );
}

type Issue = Consistency['issues'][number];

function Counters() {
  const query = useQuery(consistencyQuery());
  return (
    <Section
      title="Counters and shortfalls"
      hint={<CheckedAt checked={query.data} />}
      actions={<Repair consistency={query.data} />}
    >
      <Loaded query={query}>
        {({ issues }) => (
          <RecordTable
            label="Counters and shortfalls"
            rows={issues}
            columns={ISSUE_COLUMNS}
            rowKey={({ sku, location, kind }) => JSON.stringify([sku, location, kind])}
            empty={{ title: 'Every counter is right', hint: 'Nothing is promised that is not there.' }}
          />
        )}
      </Loaded>
    </Section>
  );
}

const CheckedAt = ({ checked }: { readonly checked: Consistency | undefined }) =>
  checked ? (
    <>
      {count(checked.total_stock_levels)} levels, checked <TimeAgo at={checked.checked_at} />
    </>
  ) : null;

/** The repair is shown when there is something to repair, with what it would do. */
function Repair({ consistency }: { readonly consistency: Consistency | undefined }) {
  const can = useCan();
  const isWrong = consistency?.is_consistent === false && can('stock:write');
  const { data } = useQuery(repairQuery(isWrong));
  return isWrong && data ? <ActionButton action={repairAction(data)} variant="filled" /> : null;
}

const ISSUE_COLUMNS: readonly Column<Issue>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Location', show: ({ location }) => location },
  {
    title: 'What',
    show: ({ kind }) =>
      kind === 'shortfall' ? (
        <StateBadge state="short" label="units are missing" />
      ) : (
        <StateBadge state="failed" label={`${kind} is wrong`} />
      ),
  },
  { title: 'Should be', show: ({ expected }) => count(expected), isNumber: true },
  { title: 'Is', show: ({ actual }) => count(actual), isNumber: true },
  { title: 'Difference', show: ({ expected, actual }) => change(actual - expected), isNumber: true },
];

const RUN_COLUMNS: readonly Column<ReconciliationRun>[] = [
  {
    title: 'Started',
    show: ({ id, started_at }) => (
      <Link to={`/reconciliation/${id}`} className="link">
        <TimeAgo at={started_at} none="waits" />
      </Link>
    ),
  },
  { title: 'Why', show: ({ trigger, dry_run }) => (dry_run ? `${trigger}, dry run` : trigger) },
  { title: 'State', show: ({ status }) => <StateBadge state={status} /> },
  { title: 'Looked at', show: ({ scanned }) => count(scanned), isNumber: true },
  { title: 'Given back', show: ({ expired }) => count(expired), isNumber: true },
  { title: 'Queued anew', show: ({ requeued_syncs }) => count(requeued_syncs), isNumber: true },
  { title: 'Wrong counters', show: ({ issues }) => count(issues.length), isNumber: true },
];
