import { Alert, Button, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { followFeed, type HoldfastEvent } from '../../api/follow-feed.ts';
import { words } from '../../parts/format.ts';
import { ReservationLink } from '../../parts/links.tsx';
import { OnDemand } from '../../parts/on-demand.tsx';
import { Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { TimeAgo } from '../../parts/times.tsx';

/** Events that the page keeps: a flash sale has hundreds in a second. */
const KEPT_MAX = 100;
const DRAWN_EVERY_MS = 500;

/** The feed from now on, newest first. It can be held to read an event. */
export function Feed() {
  const { events, trouble, isHeld, hold } = useFeed();
  return (
    <Section
      title="Feed"
      hint={`The newest ${KEPT_MAX} events since this page was opened`}
      actions={
        <Button size="sm" variant="default" onClick={() => hold(!isHeld)} aria-pressed={isHeld}>
          {isHeld ? 'Go on' : 'Hold'}
        </Button>
      }
    >
      <Stack>
        {trouble !== null && (
          <Alert variant="outline" color="yellow.9" title="No events come now" role="status">
            {trouble}
          </Alert>
        )}
        <RecordTable
          label="Feed"
          rows={events}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={{ title: 'No event yet', hint: 'Events appear here as they happen.' }}
        />
      </Stack>
    </Section>
  );
}

function useFeed() {
  const [events, setEvents] = useState<readonly HoldfastEvent[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isHeld, hold] = useState(false);
  const [kept] = useState<{ events: readonly HoldfastEvent[] }>(() => ({ events: [] }));
  useEffect(() => {
    const stop = new AbortController();
    const take = (event: HoldfastEvent) => {
      kept.events = [event, ...kept.events].slice(0, KEPT_MAX);
    };
    void followFeed(take, setTrouble, stop.signal);
    return () => stop.abort();
  }, [kept]);
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = window.setInterval(() => setEvents(kept.events), DRAWN_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [kept, isHeld]);
  return { events, trouble, isHeld, hold };
}

const COLUMNS: readonly Column<HoldfastEvent>[] = [
  { title: 'When', show: ({ time }) => <TimeAgo at={time} /> },
  { title: 'Event', show: ({ type }) => words(type.split('.').at(-1) ?? type) },
  { title: 'About', show: (event) => <Subject event={event} /> },
  { title: 'Content', show: (event) => <Content event={event} /> },
];

const Subject = ({ event }: { readonly event: HoldfastEvent }) =>
  'reservation' in event.data ? <ReservationLink id={event.subject} /> : event.subject;

const Content = ({ event }: { readonly event: HoldfastEvent }) => (
  <OnDemand>
    <pre className="raw" tabIndex={0} aria-label={`Content of ${event.id}`}>
      {JSON.stringify(event, null, 2)}
    </pre>
  </OnDemand>
);
