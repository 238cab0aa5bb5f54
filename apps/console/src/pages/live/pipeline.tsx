import { useEffect, useRef, useState } from 'react';
import type { Overview } from '../../api/types.ts';
import { Figures } from '../../parts/figures.tsx';
import { change, count, describeSpan } from '../../parts/format.ts';
import { Section } from '../../parts/page.tsx';
import { TimeAgo } from '../../parts/times.tsx';

const queueOf = ({ warehouse: { waiting } }: Overview): number =>
  waiting.confirm + waiting.release + waiting.expire + waiting.cancel;

/** How a value changed between the last two readings, in a second. */
function useSlope(value: number, at: string): number | null {
  const before = useRef<{ value: number; at: number } | null>(null);
  const [slope, setSlope] = useState<number | null>(null);
  useEffect(() => {
    const now = { value, at: Date.parse(at) };
    const old = before.current;
    if (old && now.at > old.at) setSlope(((now.value - old.value) * 1_000) / (now.at - old.at));
    before.current = now;
  }, [value, at]);
  return slope;
}

/** What follows a sale: events to publish, and calls to the warehouse, which has a limit a second. */
export function Pipeline({ overview }: { readonly overview: Overview }) {
  const queue = queueOf(overview);
  const slope = useSlope(queue, overview.at);
  const { warehouse, publishing } = overview;
  return (
    <Section title="Behind the sale">
      <Figures
        figures={[
          {
            label: 'Warehouse queue',
            value: count(queue),
            note: slope === null ? 'syncs to send' : `${change(Math.round(slope))} a second`,
          },
          { label: 'Oldest of it', value: describeSpan(warehouse.oldest_seconds * 1_000) },
          {
            label: 'Gateway',
            value: warehouse.down_since === null ? 'answers' : 'down',
            note: warehouse.down_since !== null && <TimeAgo at={warehouse.down_since} />,
            isAlarming: warehouse.down_since !== null,
          },
          { label: 'Publishing lag', value: describeSpan(publishing.oldest_unpublished_seconds * 1_000) },
        ]}
      />
    </Section>
  );
}
