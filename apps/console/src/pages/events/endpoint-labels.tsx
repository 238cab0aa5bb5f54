import type { WebhookEndpoint } from '../../api/webhook-queries.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { pathTo } from '../../paths.ts';

export const endpointPath = (id: string) => pathTo('/events/endpoints/:id', { id });

export function EndpointBadge({
  endpoint: { enabled, resting_until },
}: {
  readonly endpoint: WebhookEndpoint;
}) {
  if (!enabled) return <StateBadge state="inactive" label="disabled" />;
  const rests = resting_until !== null && Date.parse(resting_until) > Date.now();
  return rests ? <StateBadge state="failed" label="rests" /> : <StateBadge state="active" label="enabled" />;
}
