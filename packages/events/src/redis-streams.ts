import { openRedis, type RedisAddress, type RedisClient } from '@holdfast/runtime/redis';
import { z } from 'zod';
import { toCloudEvent, type Publisher } from './cloud-event.ts';
import type { Sink } from './event-sink.ts';

/** Its name in jobs, logs and metrics. */
export const REDIS_STREAMS = 'redis-streams';

/** Consumers of the stream use this key. */
const STREAM = 'holdfast:events';

/**
 * About half a megabyte, so that the script takes only a few milliseconds: Redis does nothing else meanwhile.
 */
const BATCH_MAX = 500;

/** Redis answers in a millisecond. A wait as long as this means that the server is broken. */
const TIMEOUT_MS = 5_000;

export interface RedisStreamsOptions extends Publisher, RedisAddress {
  /** How many entries the stream keeps, about: Redis drops the oldest by the hundred. */
  readonly lengthMax: number;
  /** The position of the newest event. */
  readonly readNewestPosition: () => Promise<number>;
  /** Keeps streams apart in one Redis. Default: {@link STREAM}. */
  readonly stream?: string;
  /** Called with errors in the background. Often, while Redis is away. */
  readonly onError: (error: unknown) => void;
}

export interface RedisStreams {
  /** The sink, for one run: it remembers the last entry of the stream. All share one connection. */
  open(): Sink;
  close(): void;
}

/** What was added to the stream last; 0: nothing yet. It stays when entries are trimmed or deleted. */
const LAST = `
  local function last_position()
    if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    for at = 1, #info, 2 do
      if info[at] == 'last-generated-id' then return tonumber(string.match(info[at + 1], '^%d+')) end
    end
  end`;

const READ_LAST = `${LAST}
  return last_position()`;

const LOST_ENTRIES = -1;

/** ARGV: the last position that was seen, the length, and of each event its position, id, type and JSON. */
const ADD = `${LAST}
  local last = last_position()
  if last < tonumber(ARGV[1]) then return ${LOST_ENTRIES} end
  for at = 3, #ARGV, 4 do
    if tonumber(ARGV[at]) > last then
      redis.call('XADD', KEYS[1], ARGV[at] .. '-0', 'id', ARGV[at + 1], 'type', ARGV[at + 2], 'event', ARGV[at + 3])
    end
  end
  return redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[2])`;

/**
 * Events as entries of one Redis Stream: `<position>-0`, with `id`, `type` and `event`, the CloudEvent.
 *
 * The stream is its own progress: XADD takes no id that is not greater than the last one
 * (https://redis.io/docs/latest/commands/xadd/), which is kept even where its entry is not. So no entry is
 * there twice or too late. No event is left out either, even with two publishers at once:
 *
 * - a batch is one script. It skips events that are in the stream already, and ends at the first error (no
 *   memory left), so the added events are the beginning of the batch;
 * - it adds nothing if the stream has lost its end since the publisher looked (a replica took over, it was
 *   flushed): a batch that was read before would leave a gap.
 *
 * A stream that is new or was lost is filled with the newest events that it can keep.
 */
export function createRedisStreams(options: RedisStreamsOptions): RedisStreams {
  const stream = options.stream ?? STREAM;
  const redis = openRedis(options, {
    connectionName: stream,
    // The job tries again. Entries that waited in a queue here would be sent too late.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
  });
  redis.on('error', options.onError);
  return { open: () => streamSink(redis, stream, options), close: () => redis.disconnect() };
}

function streamSink(redis: RedisClient, stream: string, options: RedisStreamsOptions): Sink {
  const { lengthMax, readNewestPosition } = options;
  let seen = 0;
  return {
    name: REDIS_STREAMS,
    batchMax: BATCH_MAX,
    /** @throws {Error} when Redis is away, or the stream is not of this database */
    async readProgress() {
      const last = z.int().parse(await redis.eval(READ_LAST, 1, stream));
      const newest = await readNewestPosition();
      if (last > newest) {
        throw new Error(
          `the stream ${stream} has entries up to ${last}, the database events up to ${newest}: it is another ` +
            'database’s, or this one was set back. Delete the stream to have it filled anew',
        );
      }
      seen = last;
      return Math.max(last, newest - lengthMax);
    },
    async publish(events) {
      const entries = events.flatMap((event) => [
        event.position,
        event.id,
        event.type,
        JSON.stringify(toCloudEvent(event, options)),
      ]);
      const added = await redis.eval(ADD, 1, stream, seen, lengthMax, ...entries);
      if (added === LOST_ENTRIES) throw new Error(`the stream ${stream} has lost entries just now`);
    },
  };
}
