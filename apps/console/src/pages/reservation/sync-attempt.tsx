import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { syncQuery } from '../../api/operations-queries.ts';
import type { HistoryEntry, WarehouseSyncDetails } from '../../api/types.ts';
import { WhoAndWhy } from '../../parts/who-and-why.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import { useCan } from '../../session/caller.tsx';

type Attempt = Extract<HistoryEntry, { kind: 'sync_attempt' }>['data'];

/** One call to the warehouse; its payload and answer on demand. */
export function SyncAttempt({ attempt }: { readonly attempt: Attempt }) {
  const [isOpen, setOpen] = useState(false);
  const can = useCan();
  const { action, number, status, error, finished_at, next_attempt_at, retry } = attempt;
  const outcome = error ?? (finished_at === null ? 'no answer yet' : `answered ${status ?? 'nothing'}`);
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm">
          Warehouse, {action}, attempt {number}: {outcome}
          {next_attempt_at !== null && (
            <>
              ; next attempt planned <TimeAgo at={next_attempt_at} />
            </>
          )}
        </Text>
        {retry !== null && (
          <Text size="sm" c="dimmed">
            retried <WhoAndWhy {...retry} />
          </Text>
        )}
        {can('ops:read') && (
          <Button size="compact-xs" variant="default" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
            {isOpen ? 'Hide payload and answer' : 'Payload and answer'}
          </Button>
        )}
      </Group>
      {isOpen && <Payload id={attempt.sync_id} number={number} />}
    </Stack>
  );
}

function Payload({ id, number }: { readonly id: string; readonly number: number }) {
  const sync = useQuery(syncQuery(id));
  return (
    <Loaded query={sync}>
      {({ sent, attempt_history }: WarehouseSyncDetails) => (
        <>
          <Text size="xs" c="dimmed">
            Sent, with the idempotency key {id}
          </Text>
          <pre className="raw" tabIndex={0} aria-label="What was sent">
            {JSON.stringify(sent, null, 2)}
          </pre>
          <Text size="xs" c="dimmed">
            Answer
          </Text>
          <pre className="raw" tabIndex={0} aria-label="Answer">
            {attempt_history.find((each) => each.number === number)?.answer ?? 'None is kept'}
          </pre>
        </>
      )}
    </Loaded>
  );
}
