import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import type { Action, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import { deadEventPages, deadEventQuery, type DeadEvent } from '../../api/webhook-queries.ts';
import { count } from '../../parts/format.ts';
import { OnDemand } from '../../parts/on-demand.tsx';
import { Section } from '../../parts/page.tsx';
import { PagedTable, rowsOf, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';

/** As many as one call of the API takes. */
const RETRIED_MAX = 500;

export function DeadEvents() {
  const query = useInfiniteQuery(deadEventPages());
  const dead = rowsOf(query.data).length;
  return (
    <Section
      title="Dead events"
      hint="Events of other services that could not be processed. Correct the cause, then retry them"
      actions={dead > 0 && <ActionButton action={retryAllAction(dead)} />}
    >
      <PagedTable
        label="Dead events"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={{ title: 'There are no dead events', hint: 'Every event that came was processed.' }}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<DeadEvent>[] = [
  { title: 'First seen', show: ({ received_at }) => <TimeAgo at={received_at} /> },
  { title: 'Type', show: ({ type }) => type },
  { title: 'Source', show: ({ source }) => source },
  { title: 'Why', show: ({ problem }) => problem.detail },
  { title: 'Deliveries', show: ({ deliveries }) => count(deliveries), isNumber: true },
  {
    title: 'Content',
    show: ({ id }) => (
      <OnDemand>
        <Content id={id} />
      </OnDemand>
    ),
  },
  { title: 'Again', show: (event) => <ActionButton action={retryAction(event)} size="compact-xs" /> },
];

function Content({ id }: { readonly id: string }) {
  const query = useQuery(deadEventQuery(id));
  return (
    <Loaded query={query}>
      {({ event }) => (
        <pre className="raw" tabIndex={0} aria-label="Content of the event">
          {JSON.stringify(event, null, 2)}
        </pre>
      )}
    </Loaded>
  );
}

const TOUCHES = [['dead-events'], ['overview'], ['reservations']];

const retryAction = ({ id, event_id, type }: DeadEvent): Action<Values> => ({
  label: 'Retry',
  title: 'Process this event again',
  scope: 'events:write',
  initial: {},
  changes: () => [{ label: `${type} ${event_id}`, from: 'dead', to: 'processed, if its cause is gone' }],
  keepsReason: false,
  run: async (_values, _reason, by) => {
    const { problem, state } = await holdfast().deadEvents.retry(id, {}, by);
    if (state === 'dead')
      throw new Error(`It is still dead: ${problem?.detail ?? 'its reason is not known'}`);
  },
  done: 'The event is processed.',
  touches: TOUCHES,
});

const retryAllAction = (dead: number): Action<Values> => ({
  label: 'Retry all',
  title: 'Process the dead events again',
  scope: 'events:write',
  initial: {},
  changes: () => [{ label: 'Dead events that are tried', to: Math.min(dead, RETRIED_MAX) }],
  note: 'Those that were tried the longest time ago go first.',
  keepsReason: false,
  run: async (_values, _reason, by) => {
    const { processed, dead: left } = await holdfast().deadEvents.retryAll({ limit: RETRIED_MAX }, by);
    if (left > 0)
      throw new Error(
        `${processed} are processed, and ${left} are still dead. Their reasons are in the list.`,
      );
  },
  done: 'The events are processed.',
  touches: TOUCHES,
});
