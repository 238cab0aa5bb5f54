import { INCOMING_TYPES, isIncomingType } from '@holdfast/events';
import { Counter, type Registry } from 'prom-client';

const STATES = ['processed', 'duplicate', 'dead'] as const;

/** A sender can invent types, and each would be a series. */
const UNKNOWN = 'other';

/** Counts what events of other services came to. */
export function countReceived(registry: Registry): (type: string, state: (typeof STATES)[number]) => void {
  const received = new Counter({
    name: 'holdfast_events_received_total',
    help: 'Events of other services, by type and by what they came to; other: a type that is not known.',
    labelNames: ['type', 'state'] as const,
    registers: [registry],
  });
  for (const type of [...INCOMING_TYPES, UNKNOWN]) {
    for (const state of STATES) received.inc({ type, state }, 0); // so that the first one is a rise
  }
  return (type, state) => received.inc({ type: isIncomingType(type) ? type : UNKNOWN, state });
}
