import { createClient } from '@holdfast/client';
import { noteServerTime } from '../parts/clock.ts';
import { currentSession } from '../session/session-store.ts';

type Client = ReturnType<typeof createClient>;

/** An operator waits for an answer, and asks again sooner than a checkout does. */
const TIMEOUT_MS = 15_000;
const RETRIES_MAX = 1;

let made: { readonly key: string | null; readonly client: Client } | null = null;

/** The client of this tab's key. It is the console's only way to the API. */
export function holdfast(): Client {
  const { key } = currentSession();
  if (made?.key !== key) made = { key, client: clientWith(key) };
  return made.client;
}

const clientWith = (key: string | null): Client =>
  createClient({
    baseUrl: window.location.origin,
    apiKey: key ?? undefined,
    timeoutMs: TIMEOUT_MS,
    retriesMax: RETRIES_MAX,
    fetch: async (input, init) => {
      const answer = await fetch(input, init);
      noteServerTime(answer.headers.get('date'));
      return answer;
    },
  });
