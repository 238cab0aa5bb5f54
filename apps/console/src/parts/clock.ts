import { useSyncExternalStore } from 'react';

// One clock for all times that are shown, on the server's time: the clock of a laptop may be minutes off.

const TICK_MS = 1_000;

/** `Date` headers have whole seconds, and an answer takes a while: a smaller difference says nothing. */
const NOTICED_MS = 3_000;

let aheadMs = 0;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: number | undefined;

/** @param header the `Date` of an answer */
export function noteServerTime(header: string | null): void {
  const at = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(at)) return;
  const difference = at - Date.now();
  aheadMs = Math.abs(difference) < NOTICED_MS ? 0 : difference;
}

export const serverNow = (): number => Date.now() + aheadMs;

function subscribe(onTick: () => void): () => void {
  listeners.add(onTick);
  if (listeners.size === 1) {
    now = serverNow();
    timer = window.setInterval(() => {
      now = serverNow();
      for (const listener of listeners) listener();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(onTick);
    if (listeners.size === 0) window.clearInterval(timer);
  };
}

/** The server's time, once a second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
