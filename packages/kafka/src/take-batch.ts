import type { EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import type { ReceivedMessage } from './received-message.ts';

/** Messages that are given on together, and whose offset is committed in one request. */
const CHUNK_MAX = 100;

export interface BatchObserver {
  /** How many messages of a partition are not committed yet. */
  behind(topic: string, partition: number, messages: number): void;
  /** Messages that are committed. */
  consumed(topic: string, messages: number): void;
}

export interface BatchTaker {
  /**
   * Resolves when the messages had their effect or are dead events: then they are committed. It tries again
   * by itself.
   *
   * @throws when it was aborted: the messages come again
   */
  readonly take: (messages: readonly ReceivedMessage[], aborted: AbortSignal) => Promise<void>;
  readonly observer: BatchObserver;
  readonly heartbeatEveryMs: number;
  readonly stopping: AbortSignal;
}

/**
 * Passes on the messages of one partition in order, and commits the offset after those that had their effect.
 *
 * @throws the error of a heartbeat or a commit if the partition was taken away: kafkajs then joins again
 */
export async function takeBatch(
  payload: EachBatchPayload,
  { take, observer, heartbeatEveryMs, stopping }: BatchTaker,
): Promise<void> {
  const { batch } = payload;
  const { topic, partition, highWatermark } = batch;
  const behind = (offset: string) =>
    observer.behind(topic, partition, Number(BigInt(highWatermark) - BigInt(offset)));
  for (let from = 0; from < batch.messages.length; from += CHUNK_MAX) {
    const chunk = batch.messages.slice(from, from + CHUNK_MAX);
    const [first, last] = [chunk[0], chunk.at(-1)];
    if (!first || !last || !payload.isRunning() || payload.isStale() || stopping.aborted) return;
    behind(first.offset);
    const messages = chunk.map((message) => received(topic, partition, message));
    await beatWhile(payload, { everyMs: heartbeatEveryMs, stopping }, (lost) => take(messages, lost));
    const next = String(BigInt(last.offset) + 1n);
    payload.resolveOffset(last.offset);
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset: next }] }],
    });
    observer.consumed(topic, chunk.length);
    behind(next);
  }
}

/** Sends heartbeats during the work. Aborts it when the partition was taken away, or the process stops. */
async function beatWhile(
  payload: EachBatchPayload,
  { everyMs, stopping }: { readonly everyMs: number; readonly stopping: AbortSignal },
  work: (lost: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const stop = () => lost.abort(stopping.reason);
  stopping.addEventListener('abort', stop);
  const beat = () => void payload.heartbeat().catch((error: unknown) => lost.abort(error));
  const timer = setInterval(beat, everyMs);
  try {
    await work(lost.signal);
  } catch (error) {
    lost.signal.throwIfAborted(); // kafkajs has to see why
    throw error;
  } finally {
    clearInterval(timer);
    stopping.removeEventListener('abort', stop);
  }
  if (!stopping.aborted) lost.signal.throwIfAborted();
}

function received(topic: string, partition: number, message: KafkaMessage): ReceivedMessage {
  const { offset, headers = {}, value } = message;
  return { topic, partition, offset, headers: textsOf(headers), value };
}

/** If several headers have one name, the last counts, as in Kafka's own clients. */
function textsOf(headers: IHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, values] of Object.entries(headers)) {
    const value = Array.isArray(values) ? values.at(-1) : values;
    if (value !== undefined) texts[name.toLowerCase()] = value.toString();
  }
  return texts;
}
