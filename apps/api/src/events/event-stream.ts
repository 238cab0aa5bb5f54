import type { ServerResponse } from 'node:http';
import type { Database } from '@holdfast/db';
import {
  EVERY_EVENT,
  isWanted,
  readEvents,
  subjectsOf,
  toCloudEvent,
  type EventFilter,
  type EventSubjects,
  type Publisher,
  type StoredEvent,
} from '@holdfast/events';
import { writeCursor } from '../http/fields-schema.ts';
import { KEPT_EVENTS, type Positioned } from './feed-pages.ts';
import { LiveFeed } from './live-feed.ts';

/** An event as all streams of this process send it. */
export interface LiveEvent extends Positioned {
  readonly subjects: EventSubjects;
  /** As server-sent event. */
  readonly frame: Buffer;
}

export function openLiveFeed(
  { prisma }: Database,
  publisher: Publisher,
  stopping: AbortSignal,
): LiveFeed<LiveEvent> {
  return new LiveFeed(async (after, limit) => {
    const { events, ...read } = await readEvents(prisma, { after, filter: EVERY_EVENT, limit });
    return { ...read, events: events.map((event) => toLiveEvent(event, publisher)) };
  }, stopping);
}

function toLiveEvent(stored: StoredEvent, publisher: Publisher): LiveEvent {
  const { position, type } = stored;
  const data = JSON.stringify(toCloudEvent(stored, publisher)); // one line
  const frame = Buffer.from(`id: ${writeCursor([position])}\nevent: ${type}\ndata: ${data}\n\n`);
  return { position, subjects: subjectsOf(stored), frame };
}

/** How often a stream has a line although there is no event: proxies close connections that are silent. */
const LINE_EVERY_MS = 15_000;

/** How much one write has. The next one waits until the connection has taken it. */
const WRITE_MAX_BYTES = 65_536;

/** How long a connection may take for that. */
const WRITE_MAX_MS = 10_000;

/** After how long a client connects again that loses its stream: spread, so that not all come at once. */
const RETRY_MS = { min: 500, spread: 2_000 } as const;

/** Why a stream ended: its client went, the process stops, or the client reads too slowly. */
export const STREAM_ENDS = ['gone', 'stopping', 'too slow'] as const;
export type StreamEnd = (typeof STREAM_ENDS)[number];

export interface StreamSettings {
  readonly after: number;
  readonly filter: EventFilter;
  readonly writeMaxMs?: number;
}

/**
 * Sends the events behind a position as they come. It reads on only when the connection has taken what was
 * sent, so a slow client costs one write of memory. It is closed when it takes too long for that, or once it
 * was up to date and is too far behind to be served from memory.
 *
 * @throws when the feed could not be read
 */
export async function streamEvents(
  response: ServerResponse,
  feed: LiveFeed<LiveEvent>,
  { after, filter, writeMaxMs = WRITE_MAX_MS }: StreamSettings,
): Promise<StreamEnd> {
  let position = after;
  const line = () => `id: ${writeCursor([position])}\n\n`;
  const isGone = () => response.destroyed || response.closed;
  response.write(`retry: ${RETRY_MS.min + Math.floor(Math.random() * RETRY_MS.spread)}\n${line()}`);
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) response.write(line());
  }, LINE_EVERY_MS);
  try {
    for (let wasUpToDate = false; ;) {
      const slice = await feed.next(position, isGone);
      if (!slice) return isGone() ? 'gone' : 'stopping';
      for (const chunk of chunksOf(slice.events.filter(({ subjects }) => isWanted(subjects, filter)))) {
        if (!response.write(chunk.bytes) && !(await isTaken(response, writeMaxMs))) {
          return isGone() ? 'gone' : 'too slow';
        }
        position = chunk.position;
      }
      position = slice.lookedTo;
      wasUpToDate ||= position >= feed.newest;
      if (wasUpToDate && feed.newest - position > KEPT_EVENTS) return 'too slow';
    }
  } finally {
    clearInterval(timer);
  }
}

interface Chunk {
  /** Of its last event. */
  readonly position: number;
  readonly bytes: Buffer;
}

/** Events together, as far as they fit into one write. */
function* chunksOf(events: readonly LiveEvent[]): Generator<Chunk> {
  let frames: Buffer[] = [];
  let size = 0;
  for (const [index, { position, frame }] of events.entries()) {
    frames.push(frame);
    size += frame.length;
    const next = events[index + 1];
    if (next && size + next.frame.length <= WRITE_MAX_BYTES) continue;
    yield { position, bytes: Buffer.concat(frames, size) };
    frames = [];
    size = 0;
  }
}

/** Whether the connection takes all that was written, in time. */
function isTaken(response: ServerResponse, maxMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (taken: boolean) => () => {
      clearTimeout(timer);
      response.off('drain', onDrain).off('close', onClose);
      resolve(taken);
    };
    const [onDrain, onClose, onTime] = [end(true), end(false), end(false)];
    const timer = setTimeout(onTime, maxMs);
    response.once('drain', onDrain).once('close', onClose);
    if (response.destroyed) onClose();
  });
}
