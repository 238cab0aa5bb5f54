import { Alert, Code, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ActionButton } from '../../actions/action-button.tsx';
import {
  deliveryPages,
  deliveryQuery,
  endpointQuery,
  type WebhookDelivery,
  type WebhookEndpoint,
} from '../../api/webhook-queries.ts';
import { Facts } from '../../parts/figures.tsx';
import { count } from '../../parts/format.ts';
import { OnDemand } from '../../parts/on-demand.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { PagedTable, type Column } from '../../parts/record-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import type { PageProps } from '../../shell/routes.ts';
import { deleteAction, enableAction, resendAction, rotateAction, testAction } from './endpoint-actions.ts';
import { EndpointBadge } from './endpoint-labels.tsx';
import { forgetSecret, useShownSecret } from './shown-secret.ts';

export default function EndpointPage({ params: { id = '' } }: PageProps) {
  const query = useQuery(endpointQuery(id));
  const { data } = query;
  return (
    <Page
      kind="Webhook endpoint"
      title={data?.url ?? 'Webhook endpoint'}
      badges={data && <EndpointBadge endpoint={data} />}
      actions={data && <EndpointActions endpoint={data} />}
    >
      <Secret endpointId={id} />
      <Loaded query={query}>
        {(endpoint) => (
          <Section title="About it">
            <Facts facts={factsOf(endpoint)} />
          </Section>
        )}
      </Loaded>
      <Deliveries endpointId={id} />
    </Page>
  );
}

const EndpointActions = ({ endpoint }: { readonly endpoint: WebhookEndpoint }) => (
  <>
    <ActionButton action={testAction(endpoint)} variant="filled" />
    <ActionButton action={enableAction(endpoint)} />
    <ActionButton action={rotateAction(endpoint)} />
    <ActionButton action={deleteAction(endpoint)} />
  </>
);

/** The secret that was just made. It cannot be read again. */
function Secret({ endpointId }: { readonly endpointId: string }) {
  const secret = useShownSecret(endpointId);
  useEffect(() => forgetSecret, []);
  if (secret === null) return null;
  return (
    <Alert variant="default" title="The secret of this endpoint" role="status">
      <Stack gap="xs">
        <Text size="sm">Copy it to the receiver now: it is not shown again.</Text>
        <Code className="breakable">{secret}</Code>
      </Stack>
    </Alert>
  );
}

const factsOf = (endpoint: WebhookEndpoint) => [
  { label: 'For', value: endpoint.description },
  { label: 'Types', value: endpoint.types === null ? 'all' : endpoint.types.map(shortType).join(', ') },
  { label: 'Failures in a row', value: count(endpoint.failures_in_a_row) },
  { label: 'Rests until', value: <TimeAgo at={endpoint.resting_until} none="it does not rest" /> },
  { label: 'Why disabled', value: endpoint.disabled_reason },
  {
    label: 'Previous secret signs until',
    value: <TimeAgo at={endpoint.previous_secret_until} none="it does not" />,
  },
  { label: 'Made by', value: endpoint.created_by },
  { label: 'Made', value: <TimeAgo at={endpoint.created_at} /> },
];

const shortType = (type: string) => type.replace('warehouse.inventory.', '');

function Deliveries({ endpointId }: { readonly endpointId: string }) {
  const query = useInfiniteQuery(deliveryPages(endpointId, undefined));
  return (
    <Section title="Deliveries" hint="Newest first">
      <PagedTable
        label="Deliveries"
        query={query}
        columns={columnsOf(endpointId)}
        rowKey={({ id }) => id}
        empty={{ title: 'Nothing was sent yet', hint: 'Send a test to see whether the receiver answers.' }}
      />
    </Section>
  );
}

const Answer = ({ text }: { readonly text: string | null }) =>
  text === null ? (
    '–'
  ) : (
    <pre className="raw" tabIndex={0} aria-label="Answer of the receiver">
      {text}
    </pre>
  );

function Payload({ endpointId, id }: { readonly endpointId: string; readonly id: string }) {
  const query = useQuery(deliveryQuery(endpointId, id));
  return (
    <Loaded query={query}>
      {({ payload }) => (
        <pre className="raw" tabIndex={0} aria-label="Payload of the delivery">
          {payload === null ? 'The event is not kept any more' : JSON.stringify(payload, null, 2)}
        </pre>
      )}
    </Loaded>
  );
}

const columnsOf = (endpointId: string): readonly Column<WebhookDelivery>[] => [
  { title: 'When', show: ({ created_at }) => <TimeAgo at={created_at} /> },
  { title: 'Event', show: ({ event_type }) => shortType(event_type) },
  { title: 'Why', show: ({ cause }) => cause },
  { title: 'State', show: ({ state }) => <StateBadge state={state} /> },
  { title: 'Status', show: ({ last_status }) => last_status ?? '–', isNumber: true },
  { title: 'Error', show: ({ last_error }) => last_error ?? '–' },
  { title: 'Answer', show: ({ response }) => <Answer text={response} /> },
  {
    title: 'Payload',
    show: ({ id }) => (
      <OnDemand>
        <Payload endpointId={endpointId} id={id} />
      </OnDemand>
    ),
  },
  { title: 'Attempts', show: ({ attempts }) => count(attempts), isNumber: true },
  {
    title: 'Again',
    show: (delivery) =>
      delivery.cause === 'test' || delivery.state === 'pending' ? (
        '–'
      ) : (
        <ActionButton action={resendAction(endpointId, delivery)} size="compact-xs" />
      ),
  },
];
