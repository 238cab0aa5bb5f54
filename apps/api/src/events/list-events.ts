import { retryAfter } from '@holdfast/contract';
import { readEvents, type FeedPage, type FeedRead, toCloudEvent } from '@holdfast/events';
import type { ApiContext } from '../context.ts';
import type { ClientSignal } from '../http/client.ts';
import { Problem, validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { eventFeedAnswer, eventFeedQuery } from './event-feed-schema.ts';
import { writeCursor } from '../http/fields-schema.ts';

/** Of which a page is looked for where only some types are wanted: a few milliseconds. */
const LOOKED_AT_MAX = 2_000;

const RETRY_AFTER_SECONDS = 2;

export const listEvents = (context: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/events',
    tag: 'Events',
    scope: 'events:read',
    summary: 'Read the event feed, oldest first, and wait for new events',
    description:
      'CloudEvents 1.0. When you have processed a page, store its `next_cursor` and send it as `after` in the next request. You then get each event at least once, and the events of a reservation in order. With `types`, a page may be empty although more events follow: continue with its `next_cursor`. With `wait_seconds`, the answer comes as soon as there is an event, or is empty after that time.',
    query: eventFeedQuery,
    answers: { 200: { description: 'Events after the position in `after`', schema: eventFeedAnswer } },
    refusals: ['overloaded'],
    async handle({ query: { after = 0, types = null, limit, wait_seconds: waitSeconds }, signal }) {
      const page = { after, types, limit, lookedAtMax: LOOKED_AT_MAX };
      const { events, lookedTo } = await readOrWait(context, page, waitSeconds, signal);
      const data = events.map((event) => toCloudEvent(event, context.config));
      return { status: 200, body: { data, next_cursor: writeCursor([lookedTo]) } };
    },
  });

/**
 * The next events. Where there are none yet, it waits for as long as the client wants to, and is still there.
 */
async function readOrWait(
  { database, feedWatch, stopping }: ApiContext,
  page: FeedPage,
  waitSeconds: number,
  client: ClientSignal,
): Promise<FeedRead> {
  const until = performance.now() + waitSeconds * 1_000;
  const isOver = () => performance.now() >= until || client.aborted || stopping.signal.aborted;
  for (let after = page.after; ;) {
    const found = await readEvents(database.prisma, { ...page, after });
    if (after > found.newest) throw validationFailed('after', AHEAD);
    if (found.events.length > 0 || isOver()) return found;
    after = found.lookedTo;
    if (after < found.newest) continue; // what is wanted may still come
    if (feedWatch.isFull) throw tooManyWait();
    await feedWatch.untilBehind(after, until, client);
  }
}

/** Its reader would wait until the feed reaches that position, and miss all events before it. */
const AHEAD =
  'is ahead of the newest event: it was given out by another database, or before this one was set back';

const tooManyWait = () =>
  new Problem('overloaded', 'Too many wait for events already.', {
    headers: retryAfter(RETRY_AFTER_SECONDS),
  });
