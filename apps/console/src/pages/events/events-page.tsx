import { Tabs } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ActionButton } from '../../actions/action-button.tsx';
import { endpointPages, type WebhookEndpoint } from '../../api/webhook-queries.ts';
import { Page, Section } from '../../parts/page.tsx';
import { PagedTable, type Column } from '../../parts/record-table.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import { Link, useQueryString } from '../../router.tsx';
import { useCan } from '../../session/caller.tsx';
import { DeadEvents } from './dead-events.tsx';
import { createEndpointAction } from './endpoint-actions.ts';
import { EndpointBadge, endpointPath } from './endpoint-labels.tsx';
import { Feed } from './feed.tsx';

/** What leaves Holdfast, and what came in and could not be processed. */
export default function EventsPage() {
  const can = useCan();
  const [search, setSearch] = useQueryString();
  const first = can('webhooks:read') ? 'endpoints' : 'feed';
  return (
    <Page title="Webhooks and events">
      <Tabs
        value={search.get('tab') ?? first}
        onChange={(tab) => setSearch(new URLSearchParams({ tab: tab ?? first }))}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {can('webhooks:read') && <Tabs.Tab value="endpoints">Endpoints</Tabs.Tab>}
          <Tabs.Tab value="feed">Feed</Tabs.Tab>
          <Tabs.Tab value="dead">Dead events</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="endpoints">
          <Endpoints />
        </Tabs.Panel>
        <Tabs.Panel value="feed">
          <Feed />
        </Tabs.Panel>
        <Tabs.Panel value="dead">
          <DeadEvents />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Endpoints() {
  const query = useInfiniteQuery(endpointPages());
  return (
    <Section
      title="Endpoints"
      hint="Each gets every event of its types, in order"
      actions={<ActionButton action={createEndpointAction()} />}
    >
      <PagedTable
        label="Webhook endpoints"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={{
          title: 'There is no endpoint',
          hint: 'An endpoint gets the events from the time at which it is made.',
        }}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<WebhookEndpoint>[] = [
  {
    title: 'Address',
    show: ({ id, url }) => (
      <Link to={endpointPath(id)} className="link">
        {url}
      </Link>
    ),
  },
  { title: 'For', show: ({ description }) => description ?? '–' },
  { title: 'State', show: (endpoint) => <EndpointBadge endpoint={endpoint} /> },
  { title: 'Types', show: ({ types }) => (types === null ? 'all' : types.length), isNumber: true },
  { title: 'Failures in a row', show: ({ failures_in_a_row }) => failures_in_a_row, isNumber: true },
  { title: 'Changed', show: ({ updated_at }) => <TimeAgo at={updated_at} /> },
];
