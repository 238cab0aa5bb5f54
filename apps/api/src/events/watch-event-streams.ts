import { showGauge } from '@holdfast/runtime';
import { Counter, type Registry } from 'prom-client';
import { STREAM_ENDS } from './event-stream.ts';
import { ReaderPlaces } from './reader-places.ts';

/** Of one process. Each takes a connection, and some 100 KB while its client is slow. */
const STREAMS_MAX = 2_000;

/** How many streams may be open, with a gauge of those that are, and a counter of those that ended. */
export function watchEventStreams(
  registry: Registry,
  { eventStreamsPerKey: ofCallerMax }: { readonly eventStreamsPerKey: number },
) {
  const places = new ReaderPlaces({ max: STREAMS_MAX, ofCallerMax });
  const ended = new Counter({
    name: 'holdfast_event_streams_ended_total',
    help: 'Event streams that have ended, by reason.',
    labelNames: ['reason'] as const,
    registers: [registry],
  });
  for (const reason of STREAM_ENDS) ended.inc({ reason }, 0);
  showGauge(registry, 'holdfast_event_streams', 'Event streams that are open.', () => places.taken);
  return { places, ended };
}
