import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { historyPages } from '../../api/reservation-queries.ts';
import type { HistoryEntry } from '../../api/types.ts';
import { change, words } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { rowsOf } from '../../parts/record-table.tsx';
import { WhoAndWhy } from '../../parts/who-and-why.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { ExactTime } from '../../parts/times.tsx';
import { SyncAttempt } from './sync-attempt.tsx';

export function Timeline({ id }: { readonly id: string }) {
  const history = useInfiniteQuery(historyPages(id));
  if (history.isPending) return <Loading />;
  const entries = rowsOf(history.data);
  const marked = window.location.hash.slice(1);
  if (history.error && entries.length === 0) {
    return <Failure error={history.error} retry={() => void history.refetch()} />;
  }
  if (entries.length === 0)
    return <Empty title="Nothing is recorded" hint="Old entries are deleted by retention." />;
  return (
    <>
      <ol className="timeline" aria-label="Timeline">
        {entries.map((entry) => (
          <li
            key={keyOf(entry)}
            data-kind={entry.kind}
            data-failed={entry.kind === 'sync_attempt' && entry.data.error !== null}
            data-marked={entry.kind === 'event' && entry.data.id === marked}
          >
            <Text size="xs" c="dimmed">
              <ExactTime at={entry.at} />
            </Text>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      {history.hasNextPage && (
        <Button variant="default" size="sm" onClick={() => void history.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function keyOf(entry: HistoryEntry): string {
  return entry.kind === 'sync_attempt' ? `${entry.data.sync_id} ${entry.data.number}` : entry.data.id;
}

function Entry({ entry }: { readonly entry: HistoryEntry }) {
  switch (entry.kind) {
    case 'event': {
      const [name = entry.data.type] = entry.data.type.split('.').slice(-1);
      return (
        <Group gap="xs">
          <Text fw={600} size="sm">
            {sentenceCase(words(name))}
          </Text>
          <StateBadge state={entry.data.reservation.status} />
          {entry.data.caller !== null && <WhoAndWhy {...entry.data} caller={entry.data.caller} />}
        </Group>
      );
    }
    case 'movement':
      return <Movement movement={entry.data} />;
    case 'sync_attempt':
      return <SyncAttempt attempt={entry.data} />;
    default:
      return entry satisfies never;
  }
}

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

type HistoryMovement = Extract<HistoryEntry, { kind: 'movement' }>['data'];

/** What changed at a level, by whom and why. */
function Movement({ movement }: { readonly movement: HistoryMovement }) {
  const { sku, location, kind, reason, caller } = movement;
  const deltas = [
    ['on hand', movement.on_hand_delta],
    ['reserved', movement.reserved_delta],
    ['allocated', movement.allocated_delta],
  ] as const;
  return (
    <Group gap="xs" className="numbers">
      <Text size="sm">
        {sentenceCase(kind)} <SkuLink name={sku} /> at {location}:{' '}
        {deltas
          .filter(([, delta]) => delta !== 0)
          .map(([name, delta]) => `${name} ${change(delta)}`)
          .join(', ') || 'no counter changed'}
      </Text>
      <WhoAndWhy caller={caller} reason={reason} />
    </Group>
  );
}
