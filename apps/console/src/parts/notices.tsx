import { Notification, Stack } from '@mantine/core';
import { useSyncExternalStore } from 'react';

interface Notice {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MS = 6_000;
const NOTICES_MAX = 4;

let notices: readonly Notice[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  notices = next.slice(-NOTICES_MAX);
  for (const listener of listeners) listener();
}

const remove = (id: number) => change(notices.filter((notice) => notice.id !== id));

/** Says for a few seconds, in a corner of the page, that something was done. */
export function notify(text: string): void {
  lastId += 1;
  const id = lastId;
  change([...notices, { id, text }]);
  window.setTimeout(() => remove(id), SHOWN_MS);
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange);
  return () => listeners.delete(onChange);
}

export function Notices() {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <Stack className="notices" role="status" gap="xs">
      {shown.map(({ id, text }) => (
        <Notification
          key={id}
          withBorder
          color="teal"
          onClose={() => remove(id)}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {text}
        </Notification>
      ))}
    </Stack>
  );
}
