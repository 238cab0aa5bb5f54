import { retryAfter } from '@holdfast/contract';
import {
  anyCloudEvent,
  cloudEventOf,
  EVENT_TYPES,
  isWanted,
  readEvent,
  readEvents,
  toCloudEvent,
  type EventType,
  type FeedPage,
  type FeedRead,
} from '@holdfast/events';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import type { ClientSignal } from '../http/client.ts';
import { idParams, limit, queryInteger, writeCursor } from '../http/fields-schema.ts';
import { Problem, validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { eventFilterFields, feedCursor, filterOf } from './event-filter-schema.ts';
import { AHEAD } from './stream-events.ts';

const WAIT_MAX_SECONDS = 30;

const waitSeconds = queryInteger(
  0,
  WAIT_MAX_SECONDS,
  0,
  `How many seconds to wait for new events if there are none, 0 to ${WAIT_MAX_SECONDS}. Default 0`,
);

const eventFeedQuery = z.strictObject({
  after: feedCursor().optional().meta({
    description: 'The `next_cursor` of the previous page. Default: the oldest event that is kept',
  }),
  ...eventFilterFields,
  limit: limit(),
  wait_seconds: waitSeconds,
});

/** `warehouse.inventory.stock_low` as `StockLowEvent`. */
const schemaName = (type: EventType): string =>
  `${pascalCase(type.replace('warehouse.inventory.', ''))}Event`;

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());

/** Types may be added: the last member is an event of a type that this document does not know. */
const publishedEvent = z
  .union([
    ...EVENT_TYPES.map((type) => cloudEventOf(type).meta({ id: schemaName(type) })),
    anyCloudEvent
      .refine(({ type }) => !EVENT_TYPES.some((known) => known === type))
      .meta({ id: 'OtherEvent', description: 'An event of a type that was added later' }),
  ])
  .meta({
    id: 'PublishedEvent',
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(
        EVENT_TYPES.map((type) => [type, `#/components/schemas/${schemaName(type)}`]),
      ),
    },
  });

export const eventFeedAnswer = z
  .strictObject({
    data: z.array(publishedEvent),
    next_cursor: z.string().meta({
      description:
        'Send it as `after` to get the next page, even after an empty page. Never null, as the feed has no end',
    }),
  })
  .meta({ id: 'EventFeed' });

export const getEvent = ({ config }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/events/{id}',
    tag: 'Events',
    scope: 'events:read',
    readFrom: 'reached',
    summary: 'Read an event',
    description:
      'As in the feed. Events are deleted after their retention. What a webhook endpoint was sent as a test is no event.',
    params: idParams,
    answers: { 200: { description: 'The CloudEvent', schema: publishedEvent } },
    refusals: ['not_found'],
    async handle({ params: { id }, from }) {
      const event = await readEvent(from.prisma, id);
      if (!event) throw new Problem('not_found', `There is no event ${id}, or not any more.`);
      return { status: 200, body: toCloudEvent(event, config) };
    },
  });

const RETRY_AFTER_SECONDS = 2;

export const listEvents = (context: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/events',
    tag: 'Events',
    scope: 'events:read',
    readFrom: 'primary',
    summary: 'Read the event feed, oldest first, and wait for new events',
    description:
      'CloudEvents 1.0. When you have processed a page, store its `next_cursor` and send it as `after` in the next request. You then get each event at least once, and the events of a reservation in order. With a filter, a page may be empty although more events follow: continue with its `next_cursor`. With `wait_seconds`, the answer comes as soon as there is an event, or is empty after that time.',
    query: eventFeedQuery,
    answers: { 200: { description: 'Events after the position in `after`', schema: eventFeedAnswer } },
    refusals: ['overloaded'],
    async handle({ query: { after = 0, limit, wait_seconds: waitSeconds, ...wanted }, signal }) {
      const page = { after, filter: filterOf(wanted), limit };
      const { events, lookedTo } = await readOrWait(context, page, waitSeconds, signal);
      const data = events.map((event) => toCloudEvent(event, context.config));
      return { status: 200, body: { data, next_cursor: writeCursor([lookedTo]) } };
    },
  });

/** The next events. If there are none yet, it waits as long as the client wants to, and is there. */
async function readOrWait(
  { database, liveFeed, longPolls, stopping }: ApiContext,
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
    const giveBack = longPolls.take(client.name);
    if (!giveBack) throw tooManyWait();
    after = await untilWanted(liveFeed, { ...page, after }, isOver).finally(giveBack);
  }
}

/** Waits for an event that is wanted. @returns a position before it, or up to which there was none */
async function untilWanted(
  feed: ApiContext['liveFeed'],
  { after, filter }: FeedPage,
  isOver: () => boolean,
): Promise<number> {
  for (let position = after; ;) {
    const slice = await feed.next(position, isOver);
    if (!slice || slice.events.some(({ subjects }) => isWanted(subjects, filter))) return position;
    position = slice.lookedTo;
  }
}

const tooManyWait = () =>
  new Problem('overloaded', 'Too many wait for events already, or too many of this key.', {
    headers: retryAfter(RETRY_AFTER_SECONDS),
  });
