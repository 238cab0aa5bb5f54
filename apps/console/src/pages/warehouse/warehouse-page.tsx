import { Checkbox, Tabs } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActionButton } from '../../actions/action-button.tsx';
import { overviewQuery } from '../../api/operations-queries.ts';
import type { Overview } from '../../api/types.ts';
import { syncPages, type ListedSync, type SyncState } from '../../api/warehouse-queries.ts';
import { Figures, type Figure } from '../../parts/figures.tsx';
import { count, describeSpan } from '../../parts/format.ts';
import { Page, Section } from '../../parts/page.tsx';
import { PagedTable, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { useQueryString } from '../../router.tsx';
import { gatewayFigures } from './gateway-figures.tsx';
import { retryAllAction, retrySelectedAction } from './retry-actions.ts';
import { SYNC_COLUMNS } from './sync-columns.tsx';

const TABS = {
  failed: 'Failed',
  pending: 'Waiting',
  in_flight: 'Being sent',
  succeeded: 'Sent',
} as const satisfies Partial<Record<SyncState, string>>;

type Shown = keyof typeof TABS;
const SHOWN = Object.keys(TABS) as Shown[];

/** What the warehouse does not know yet, what has waited longest first. */
export default function WarehousePage() {
  const [search, setSearch] = useQueryString();
  const overview = useQuery(overviewQuery());
  const first = overview.data?.warehouse.failed === 0 ? 'pending' : 'failed';
  const shown = SHOWN.find((each) => each === search.get('state')) ?? first;
  return (
    <Page title="Warehouse">
      <Loaded query={overview}>
        {({ warehouse }) => <Figures figures={[...gatewayFigures(warehouse), ...figuresOf(warehouse)]} />}
      </Loaded>
      <Tabs value={shown} onChange={(tab) => setSearch(new URLSearchParams({ state: tab ?? first }))}>
        <Tabs.List>
          {SHOWN.map((state) => (
            <Tabs.Tab key={state} value={state}>
              {TABS[state]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Syncs key={shown} state={shown} failed={overview.data?.warehouse.failed ?? 0} />
    </Page>
  );
}

const OLD_SECONDS = 120;

function figuresOf({ waiting, oldest_seconds, failed }: Overview['warehouse']): Figure[] {
  const { confirm, release, expire, cancel } = waiting;
  return [
    { label: 'Failed', value: count(failed), note: 'wait for you', isAlarming: failed > 0 },
    {
      label: 'Oldest',
      value: describeSpan(oldest_seconds * 1_000),
      note: 'of those that wait',
      isAlarming: oldest_seconds > OLD_SECONDS,
    },
    { label: 'To confirm', value: count(confirm) },
    { label: 'To cancel', value: count(cancel) },
    { label: 'To release', value: count(release + expire), note: 'also expired holds' },
  ];
}

interface SyncsProps {
  readonly state: Shown;
  readonly failed: number;
}

function Syncs({ state, failed }: SyncsProps) {
  // As they were when they were chosen: one that is being sent leaves the list, and may come back.
  const [chosen, setChosen] = useState<ReadonlyMap<string, ListedSync>>(new Map());
  const query = useInfiniteQuery(syncPages(state));
  const toggle = (sync: ListedSync) => {
    const next = new Map(chosen);
    if (!next.delete(sync.id)) next.set(sync.id, sync);
    setChosen(next);
  };
  const retry = retrySelectedAction([...chosen.values()], () => setChosen(new Map()));
  const mayRetry = state === 'failed' || state === 'pending';
  return (
    <Section
      title={TABS[state]}
      hint={state === 'succeeded' ? 'Newest first' : 'What has waited longest first'}
      actions={
        mayRetry && (
          <>
            {chosen.size > 0 && <ActionButton action={retry} variant="filled" />}
            {state === 'failed' && failed > 0 && <ActionButton action={retryAllAction(failed)} />}
          </>
        )
      }
    >
      <PagedTable
        label={`Syncs: ${TABS[state]}`}
        query={query}
        columns={mayRetry ? [choiceColumn(chosen, toggle), ...SYNC_COLUMNS] : SYNC_COLUMNS}
        rowKey={({ id }) => id}
        empty={EMPTY[state]}
      />
    </Section>
  );
}

const choiceColumn = (
  chosen: ReadonlyMap<string, ListedSync>,
  toggle: (sync: ListedSync) => void,
): Column<ListedSync> => ({
  title: 'Select',
  show: (sync) => (
    <Checkbox
      aria-label={`Select the sync of ${sync.order_id ?? sync.id}`}
      checked={chosen.has(sync.id)}
      onChange={() => toggle(sync)}
      size="xs"
    />
  ),
});

const EMPTY = {
  failed: { title: 'Nothing has failed', hint: 'A sync that has used all its attempts waits here for you.' },
  pending: { title: 'Nothing waits', hint: 'The warehouse knows of every change.' },
  in_flight: { title: 'Nothing is being sent now' },
  succeeded: { title: 'Nothing was sent yet' },
} as const satisfies Record<Shown, { readonly title: string; readonly hint?: string }>;
