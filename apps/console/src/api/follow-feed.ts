import { holdfast } from './client.ts';
import { problemOf } from './problem.ts';

/** The client waits and connects again by itself; this is for what it gives up on. */
const AGAIN_AFTER_MS = 5_000;

type Followed = ReturnType<ReturnType<typeof holdfast>['events']['follow']>;
export type HoldfastEvent = Followed extends AsyncIterable<infer Event> ? Event : never;

/**
 * Takes all events from now on, without a gap after an interruption, until the signal is aborted.
 *
 * @param tellTrouble gets why no events come; null: they come
 */
export async function followFeed(
  take: (event: HoldfastEvent) => void,
  tellTrouble: (trouble: string | null) => void,
  signal: AbortSignal,
): Promise<void> {
  let cursor: string | null = null;
  // In memory: a page that is opened anew begins now.
  const cursorStore = { load: () => cursor, save: (next: string) => void (cursor = next) };
  while (!signal.aborted) {
    try {
      for await (const event of holdfast().events.follow({
        cursorStore,
        from: 'now',
        signal,
        saveEveryMs: 0,
      })) {
        tellTrouble(null);
        take(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      tellTrouble(problemOf(error).detail);
      await new Promise((resolve) => {
        window.setTimeout(resolve, AGAIN_AFTER_MS);
      });
    }
  }
}
