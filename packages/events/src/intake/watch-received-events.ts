import { Counter, type Registry } from 'prom-client';
import type { EventResult } from './event-result.ts';
import { INCOMING_TYPES, isIncomingType } from './incoming-events.ts';

const STATES: readonly EventResult['state'][] = ['processed', 'duplicate', 'dead'];

/** A sender can invent types, and each would be a series. */
const UNKNOWN = 'other';

/** Counts the results of events of other services. */
export function countReceived(registry: Registry): (type: string, state: EventResult['state']) => void {
  const received = new Counter({
    name: 'holdfast_events_received_total',
    help: 'Events of other services, by type and result; other: an unknown type.',
    labelNames: ['type', 'state'] as const,
    registers: [registry],
  });
  for (const type of [...INCOMING_TYPES, UNKNOWN]) {
    for (const state of STATES) received.inc({ type, state }, 0); // so that the first one is a rise
  }
  return (type, state) => received.inc({ type: isIncomingType(type) ? type : UNKNOWN, state });
}
