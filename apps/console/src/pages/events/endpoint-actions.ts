import type { Action, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../api/webhook-queries.ts';
import { navigate } from '../../router.tsx';
import { endpointPath } from './endpoint-labels.tsx';
import { showSecret } from './shown-secret.ts';

const touchesOf = (id: string) => [['endpoints'], ['endpoint', id], ['deliveries', id], ['overview']];

const base = { scope: 'webhooks:write', keepsReason: false, initial: {} } as const;

export const createEndpointAction = (): Action<{ url: string; description: string }> => ({
  ...base,
  label: 'Add an endpoint',
  title: 'Send events to another address',
  initial: { url: '', description: '' },
  fields: {
    url: { kind: 'text', label: 'Address', hint: 'An https URL' },
    description: { kind: 'text', label: 'What it is for', isOptional: true },
  },
  changes: ({ url }) => (url === '' ? [] : [{ label: 'Gets all events from now on', to: url }]),
  note: 'Its secret is shown once, on the page that opens.',
  run: async ({ url, description }, _reason, by) => {
    const made = await holdfast().webhookEndpoints.create(
      { url, ...(description === '' ? {} : { description }) },
      by,
    );
    showSecret(made.id, made.secret);
    navigate(endpointPath(made.id));
  },
  done: 'The endpoint is there.',
  touches: [['endpoints']],
});

export const enableAction = ({ id, url, enabled }: WebhookEndpoint): Action<Values> => ({
  ...base,
  label: enabled ? 'Disable' : 'Enable',
  title: enabled ? 'Send nothing for now' : 'Send events again',
  isDangerous: enabled,
  changes: () => [
    { label: url, from: enabled ? 'enabled' : 'disabled', to: enabled ? 'disabled' : 'enabled' },
  ],
  note: 'It keeps its place: once enabled, it gets what has happened in between, as far back as events are kept.',
  run: (_values, _reason, { actor }) => holdfast().webhookEndpoints.put(id, { enabled: !enabled }, { actor }),
  done: enabled ? 'The endpoint is disabled.' : 'The endpoint is enabled.',
  touches: touchesOf(id),
});

export const testAction = ({ id, url }: WebhookEndpoint): Action<Values> => ({
  ...base,
  label: 'Send a test',
  title: 'Send a test event',
  changes: () => [{ label: url, to: 'gets a warehouse.inventory.test' }],
  note: 'The result stands in its deliveries a moment later.',
  run: (_values, _reason, by) => holdfast().webhookEndpoints.test(id, {}, by),
  done: 'The test is sent.',
  touches: touchesOf(id),
});

export const rotateAction = ({ id }: WebhookEndpoint): Action<Values> => ({
  ...base,
  label: 'New secret',
  title: 'Give it a new secret',
  isDangerous: true,
  changes: () => [
    { label: 'Secret that signs', from: 'the present one', to: 'a new one, and for 24 hours both' },
  ],
  note: 'The new secret is shown once, on this page.',
  run: async (_values, _reason, by) =>
    showSecret(id, (await holdfast().webhookEndpoints.rotateSecret(id, {}, by)).secret),
  done: 'There is a new secret.',
  touches: touchesOf(id),
});

export const deleteAction = ({ id, url }: WebhookEndpoint): Action<Values> => ({
  ...base,
  label: 'Delete',
  title: 'Delete this endpoint',
  isDangerous: true,
  changes: () => [{ label: url, from: 'gets events', to: 'gets none, and its deliveries are gone' }],
  run: async (_values, _reason, { actor }) => {
    await holdfast().webhookEndpoints.delete(id, { actor });
    navigate('/events?tab=endpoints');
  },
  done: 'The endpoint is deleted.',
  touches: [['endpoints']],
});

export const resendAction = (
  endpointId: string,
  { event_id, event_type }: WebhookDelivery,
): Action<Values> => ({
  ...base,
  label: 'Resend',
  title: 'Send this event once more',
  changes: () => [{ label: event_type, to: 'sent again with the same id' }],
  note: 'The receiver knows a repeat by its webhook-id.',
  run: (_values, _reason, by) => holdfast().webhookEndpoints.replay(endpointId, { event_id }, by),
  done: 'The event is sent again.',
  touches: touchesOf(endpointId),
});
