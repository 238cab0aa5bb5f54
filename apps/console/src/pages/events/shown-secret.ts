import { useSyncExternalStore } from 'react';

// A secret that the API has just shown. It is kept in memory until another page is opened, and nowhere else.

interface Shown {
  readonly endpointId: string;
  readonly secret: string;
}

let shown: Shown | null = null;
const listeners = new Set<() => void>();

function change(next: Shown | null): void {
  shown = next;
  for (const listener of listeners) listener();
}

export function showSecret(endpointId: string, secret: string | null): void {
  change(secret === null ? null : { endpointId, secret });
}

export const forgetSecret = (): void => change(null);

export function useShownSecret(endpointId: string): string | null {
  const present = useSyncExternalStore(
    (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    () => shown,
  );
  return present?.endpointId === endpointId ? present.secret : null;
}
