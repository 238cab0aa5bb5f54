import { useSyncExternalStore } from 'react';

// The API key lives as long as the tab: in its sessionStorage, and nowhere else. The name of the person is
// no secret.

const KEY = 'holdfast.api-key';
const ACTOR = 'holdfast.actor';

export interface Session {
  /** Null: none was given, as where the API has no keys. */
  readonly key: string | null;
  /** Who acts, for `X-Actor`. */
  readonly actor: string;
}

let session: Session = {
  key: read(() => window.sessionStorage.getItem(KEY)),
  actor: read(() => window.localStorage.getItem(ACTOR)) ?? '',
};
const listeners = new Set<() => void>();

/** A browser may refuse all storage: the session then lasts until the page is loaded again. */
function read(from: () => string | null): string | null {
  try {
    return from();
  } catch {
    return null;
  }
}

function change(next: Session, store: () => void): void {
  session = next;
  try {
    store();
  } catch {
    // kept in memory only
  }
  for (const listener of listeners) listener();
}

export const currentSession = (): Session => session;

export function setKey(key: string | null): void {
  change({ ...session, key }, () => {
    if (key === null) window.sessionStorage.removeItem(KEY);
    else window.sessionStorage.setItem(KEY, key);
  });
}

export function setActor(actor: string): void {
  change({ ...session, actor }, () => window.localStorage.setItem(ACTOR, actor));
}

/** What the API takes as `X-Actor`: 1 to 64 visible characters of ASCII, which every header can carry. */
export const isActor = (name: string): boolean => /^[!-~](?:[ -~]{0,62}[!-~])?$/.test(name);

export const useSession = (): Session =>
  useSyncExternalStore(
    (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    () => session,
  );
