import { toCloudEvent, type Publisher, type Sink, type StoredEvent } from '@holdfast/events';
import { requireWithin, within } from '@holdfast/runtime/bounded-waits';
import { Partitioners, type Producer } from 'kafkajs';
import { openKafka, REQUEST_TIMEOUT_MS, type KafkaAddress } from './kafka-client.ts';
import {
  keyOf,
  messageOf,
  topicOf,
  type KafkaMessage,
  type KafkaMode,
  type KafkaTopics,
} from './kafka-message.ts';

/** Its name in jobs, logs, metrics and `sink_cursors`. */
export const KAFKA = 'kafka';

const BATCH_MAX = 500;
/**
 * Bytes of keys, values and headers. All events of a batch may be for one partition, and a broker takes 1 MB
 * for one by default (`message.max.bytes`).
 */
const BATCH_BYTES_MAX = 700_000;
/** Connecting, asking for the leaders, and two tries of one request. */
const PUBLISH_MAX_MS = 30_000;
const CLOSE_MAX_MS = 2_000;

export interface KafkaSinkOptions extends Publisher {
  readonly address: KafkaAddress;
  readonly topics: KafkaTopics;
  readonly mode: KafkaMode;
  readonly readCursor: () => Promise<number>;
  readonly moveCursor: (position: number) => Promise<void>;
  /** Called when a batch was not acknowledged. */
  readonly onError?: () => void;
}

export interface KafkaSink {
  open(): Sink;
  close(): Promise<void>;
}

/**
 * Events as messages of Kafka, in their order for each key. The cursor moves when all in-sync replicas have
 * acknowledged a batch, so an event may be there twice, and none is left out:
 *
 * - of a batch, the events for one partition are one record batch, which a broker takes whole or not at all;
 * - the next batch is sent when the one before is acknowledged by all its partitions. So the first copies of
 *   a key's events are in order, also where a batch is sent again, or two workers send the same;
 * - a producer whose call failed is given up with its sequence numbers.
 */
export function createKafkaSink(options: KafkaSinkOptions): KafkaSink {
  const kafka = openKafka(options.address);
  let current: Promise<Producer> | undefined;

  async function connect(): Promise<Producer> {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner, // as Java's
    });
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect().catch(() => {}); // it may have connected before it failed
      throw error;
    }
    return producer;
  }

  async function giveUp(): Promise<void> {
    const producer = current;
    current = undefined;
    await within(
      CLOSE_MAX_MS,
      producer?.then((each) => each.disconnect()).catch(() => {}) ?? Promise.resolve(),
      undefined,
    );
  }

  async function send(messages: readonly [topic: string, message: KafkaMessage][]): Promise<void> {
    const topicMessages = byTopic(messages);
    const names = topicMessages.map(({ topic }) => topic).join(', ');
    try {
      current ??= connect();
      const sent = current.then((producer) =>
        producer.sendBatch({ topicMessages, acks: -1, timeout: REQUEST_TIMEOUT_MS }),
      );
      await requireWithin(PUBLISH_MAX_MS, sent, () => new Error(`no answer in ${PUBLISH_MAX_MS} ms`));
    } catch (error) {
      options.onError?.();
      void giveUp();
      throw new Error(`Kafka did not take events for ${names}`, { cause: error });
    }
  }

  const sink: Sink = {
    name: KAFKA,
    batchMax: BATCH_MAX,
    readProgress: options.readCursor,
    async publish(events) {
      const { messages, last } = firstThatFit(events, options);
      await send(messages);
      await options.moveCursor(last);
    },
  };
  return { open: () => sink, close: giveUp };
}

/** The first events, with their topics, and the position of the last of them. */
function firstThatFit(events: readonly StoredEvent[], options: KafkaSinkOptions) {
  const messages: [topic: string, message: KafkaMessage][] = [];
  let [bytes, last] = [0, 0];
  for (const event of events) {
    const message = messageOf(toCloudEvent(event, options), keyOf(event), options.mode);
    bytes += bytesOf(message);
    if (bytes > BATCH_BYTES_MAX && messages.length > 0) break;
    messages.push([topicOf(event.type, options.topics), message]);
    last = event.position;
  }
  return { messages, last };
}

/** Names of headers are short. */
const HEADERS_BYTES = 300;

const bytesOf = ({ key, value, headers }: KafkaMessage): number =>
  [key, value, ...Object.values(headers)].reduce((sum, text) => sum + Buffer.byteLength(text), HEADERS_BYTES);

function byTopic(messages: readonly [topic: string, message: KafkaMessage][]) {
  const topics = new Map<string, KafkaMessage[]>();
  for (const [topic, message] of messages) {
    const ofTopic = topics.get(topic);
    if (ofTopic) ofTopic.push(message);
    else topics.set(topic, [message]);
  }
  return [...topics].map(([topic, ofTopic]) => ({ topic, messages: ofTopic }));
}
