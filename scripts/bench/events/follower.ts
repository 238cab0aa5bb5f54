/** The follower's process: reads the feed as fast as it is answered, one page after the other, on one connection. */
import { z } from 'zod';
import { Connection } from '../load-generator/connection.ts';
import { Hearing } from './hearing.ts';
import { listen } from './listen.ts';

const PAGE = 200;
/** The connection gives an answer up after 15 s. */
const WAIT_SECONDS = 10;

const feedPage = z.object({
  data: z.array(z.object({ id: z.string(), time: z.string() })),
  next_cursor: z.string(),
});

const hearing = new Hearing();
let cursor: string | null = null;
let resting = new AbortController();

/** Until it shall rest. What goes wrong before ends the process. */
async function follow(url: URL, signal: AbortSignal): Promise<void> {
  const connection = await Connection.open(url);
  try {
    for (;;) {
      const answer = await ask(connection, url, signal);
      if (!answer) return;
      const page = feedPage.parse(bodyOf(answer));
      const now = Date.now();
      for (const event of page.data) hearing.hear(event, now);
      cursor = page.next_cursor;
    }
  } finally {
    connection.close();
  }
}

/** Null: it shall rest, and does not wait for the answer, which the next call gets again. */
function ask(connection: Connection, { host }: URL, signal: AbortSignal): Promise<Buffer | null> {
  const after = cursor === null ? '' : `&after=${encodeURIComponent(cursor)}`;
  const path = `/v1/events?limit=${PAGE}&wait_seconds=${WAIT_SECONDS}${after}`;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(null);
    const rest = () => resolve(null);
    signal.addEventListener('abort', rest, { once: true });
    const answered = (answer: Buffer) => {
      signal.removeEventListener('abort', rest);
      resolve(answer);
    };
    connection.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, answered, reject);
  });
}

function bodyOf(answer: Buffer): unknown {
  const head = answer.toString('latin1', 0, 13);
  if (head !== 'HTTP/1.1 200 ') throw new Error(`GET /v1/events: ${answer.toString().slice(0, 1_000)}`);
  return JSON.parse(answer.toString('utf8', answer.indexOf('\r\n\r\n')));
}

listen(hearing, {
  url: '',
  carryOut(message) {
    resting.abort();
    if (message.kind !== 'follow') return;
    resting = new AbortController();
    void follow(new URL(message.url), resting.signal);
  },
});
