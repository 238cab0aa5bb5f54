import { setTimeout as pause } from 'node:timers/promises';
import { within } from '@holdfast/runtime/bounded-waits';
import type { Kafka } from 'kafkajs';
import { openKafka, RETRY, type KafkaAddress } from './kafka-client.ts';
import { takeBatch, type BatchObserver, type BatchTaker } from './take-batch.ts';

/** The limits of memory: bytes of one partition in one fetch, and of all partitions of a broker. */
const PARTITION_BYTES_MAX = 500_000;
const FETCH_BYTES_MAX = 4_000_000;
const PARTITIONS_AT_ONCE = 4;
/** A worker that is killed keeps its partitions for `sessionMs`. Brokers take 6 s or more by default. */
const TIMES = { sessionMs: 10_000, heartbeatEveryMs: 3_000 };
/** A fetch waits for new messages at the broker. */
const FETCH_WAIT_MS = 1_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;
const STOP_MAX_MS = 3_000;

export interface KafkaIntakeOptions {
  readonly address: KafkaAddress;
  readonly topics: readonly string[];
  readonly groupId: string;
  readonly take: BatchTaker['take'];
  readonly observer: KafkaIntakeObserver;
  /** Default: {@link TIMES}. */
  readonly times?: typeof TIMES;
}

export interface KafkaIntakeObserver extends BatchObserver {
  /** The group was joined, and partitions were assigned anew. */
  joined(): void;
  /** The connection or the group was lost, for this reason. It is tried again. */
  failed(error: unknown): void;
}

export interface KafkaIntake {
  /** Commits the processed offsets, and leaves the group, so that others take over at once. Never throws. */
  stop(): Promise<void>;
}

/**
 * Consumes topics as one of a group, for as long as it takes: it begins without a broker, and begins again
 * when the broker is lost. A partition's messages are given on in their order, and a group that is new begins
 * at the oldest.
 *
 * While `take` waits, heartbeats continue: this member keeps the partition, and fetches no more of it.
 */
export function startKafkaIntake(options: KafkaIntakeOptions): KafkaIntake {
  const kafka = openKafka(options.address);
  const stopping = new AbortController();
  const consuming = consumeUntilStopped(kafka, options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await within(STOP_MAX_MS, consuming, undefined);
    },
  };
}

async function consumeUntilStopped(
  kafka: Kafka,
  options: KafkaIntakeOptions,
  stopping: AbortSignal,
): Promise<void> {
  let waitMs = RETRY_MIN_MS;
  while (!stopping.aborted) {
    const startedAt = performance.now();
    try {
      await consumeUntilLost(kafka, options, stopping);
    } catch (error) {
      options.observer.failed(error);
    }
    if (performance.now() - startedAt > RETRY_MAX_MS) waitMs = RETRY_MIN_MS;
    await pause(waitMs, undefined, { signal: stopping }).catch(() => {}); // it stops
    waitMs = Math.min(RETRY_MAX_MS, waitMs * 2);
  }
}

/** @throws when the connection or the group is lost */
async function consumeUntilLost(
  kafka: Kafka,
  { topics, groupId, take, observer, times = TIMES }: KafkaIntakeOptions,
  stopping: AbortSignal,
): Promise<void> {
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: times.sessionMs,
    heartbeatInterval: times.heartbeatEveryMs,
    maxBytesPerPartition: PARTITION_BYTES_MAX,
    maxBytes: FETCH_BYTES_MAX,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false, // a name with a typing error
    retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
  });
  const lost = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  lost.catch(() => {}); // it may be lost while it stops
  consumer.on(consumer.events.GROUP_JOIN, () => observer.joined());
  const start = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) =>
        takeBatch(payload, { take, observer, heartbeatEveryMs: times.heartbeatEveryMs, stopping }),
    });
  };
  const stopped = new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    stopping.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([start(), lost, stopped]);
    await Promise.race([lost, stopped]);
  } finally {
    await consumer.disconnect().catch(() => {});
  }
}
