import { retryAfter } from '@holdfast/contract';
import { readNewestPosition } from '@holdfast/events';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { Problem, validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { eventFilterFields, feedCursor, filterOf } from './event-filter-schema.ts';
import { streamEvents, type StreamSettings } from './event-stream.ts';

const eventStreamQuery = z.strictObject({
  after: feedCursor().optional().meta({
    description: 'A cursor of the feed or the `id` of an event of a stream. Default: events from now on',
  }),
  ...eventFilterFields,
});

const eventText = z.string().meta({
  description:
    'Server-sent events: `id` is the cursor, `event` the type, `data` the CloudEvent in one line of JSON',
});

const HEADERS = {
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no', // nginx would keep events back
};

export const streamFeed = (context: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/events/stream',
    tag: 'Events',
    scope: 'events:read',
    readFrom: 'primary',
    summary: 'Receive events as they come',
    description:
      'The feed as server-sent events: `id` is the cursor, `event` the type, `data` the CloudEvent. The first line has the cursor from which the stream begins, and every 15 seconds an `id` line alone says how far it is. When a stream ends, connect again with the last `id` in `Last-Event-ID`, as `EventSource` does; you then miss no event. A client that reads too slowly is disconnected. The API key goes in `Authorization`, never in the URL.',
    query: eventStreamQuery,
    answers: {
      200: { description: 'Events, until the client or the server ends the stream', schema: eventText },
    },
    resumes: feedCursor(),
    refusals: ['overloaded'],
    async handle({ query: { after: asked, ...wanted }, lastEventId, signal }) {
      const after = await startOf(context, lastEventId, asked);
      const settings = { after, filter: filterOf(wanted), caller: signal.name };
      const stream = (response: ServerResponse) => send(context, response, settings);
      return { status: 200, body: undefined, headers: HEADERS, stream };
    },
  });

/** @throws {Problem} for a cursor ahead of the feed, which is one of another database */
async function startOf(
  { database, liveFeed }: ApiContext,
  lastEventId: number | null,
  asked: number | undefined,
): Promise<number> {
  const after = lastEventId ?? asked;
  if (after !== undefined && after <= liveFeed.newest) return after;
  const newest = await readNewestPosition(database.prisma);
  if (after === undefined) return newest;
  if (after > newest) throw validationFailed(lastEventId === null ? 'after' : 'Last-Event-ID', AHEAD);
  return after;
}

/** Its reader would wait until the feed reaches that position, and miss all events before it. */
export const AHEAD =
  'is ahead of the newest event: it was given out by another database, or before this one was set back';

const RETRY_AFTER_SECONDS = 5;

const tooManyStreams = () =>
  new Problem('overloaded', 'Too many streams are open already, or too many of this key.', {
    headers: retryAfter(RETRY_AFTER_SECONDS),
  });

/** @throws {Problem} before anything is sent, where this caller has no place left */
async function send(
  { liveFeed, eventStreams, log }: ApiContext,
  response: ServerResponse,
  { caller, ...settings }: StreamSettings & { readonly caller: string },
): Promise<void> {
  const giveBack = eventStreams.places.take(caller);
  if (!giveBack) throw tooManyStreams();
  try {
    const end = await streamEvents(response, liveFeed, settings);
    eventStreams.ended.inc({ reason: end });
    if (end !== 'too slow') return;
    log.info('event_stream.too_slow', { caller });
    response.destroy(); // what it has not read is not waited for
  } finally {
    giveBack();
  }
}
