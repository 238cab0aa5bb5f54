import { readEvents, type FeedPage, type FeedRead } from '@holdfast/db';
import { toCloudEvent } from '@holdfast/events';
import type { ApiContext } from '../context.ts';
import type { ClientSignal } from '../http/client.ts';
import { Problem, validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { eventFeedAnswer, eventFeedQuery } from '../schemas/event-feed.ts';
import { writeCursor } from '../schemas/fields.ts';

/** Of which a page is looked for where only some types are wanted: a few milliseconds. */
const LOOKED_AT_MAX = 2_000;

const RETRY_AFTER_SECONDS = '2';

export const listEvents = (context: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/events',
    tag: 'Events',
    scope: 'events:read',
    summary: 'Follow what happens, oldest first, and wait for what is new',
    description:
      'CloudEvents 1.0. Keep `next_cursor` when a page is processed, and give it as `after`: so each event is seen at least once, and those of a reservation in their order. A page with `types` may be empty although there is more; its `next_cursor` is further on all the same. With `wait_seconds` the answer comes as soon as there is something, or empty when the time is over.',
    query: eventFeedQuery,
    answers: { 200: { description: 'What happened behind `after`', schema: eventFeedAnswer } },
    refusals: ['overloaded'],
    async handle({ query: { after = 0, types = null, limit, wait_seconds: waitSeconds }, signal }) {
      const page = { after, types, limit, lookedAtMax: LOOKED_AT_MAX };
      const { events, lookedTo } = await readOrWait(context, page, waitSeconds, signal);
      const data = events.map((event) => toCloudEvent(event, context.config));
      return { status: 200, body: { data, next_cursor: writeCursor([lookedTo]) } };
    },
  });

/** The next events. Where there are none yet, it waits for as long as the client wants to, and is still there. */
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

/** Its reader would wait for as long as the feed takes to get there, and miss what is told until then. */
const AHEAD =
  'is ahead of the newest event: it was given out by another database, or before this one was set back';

const tooManyWait = () =>
  new Problem('overloaded', 'Too many wait for events already.', {
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
