import { setTimeout as pause } from 'node:timers/promises';
import { problemBody, type ProblemBody } from '@holdfast/contract';
import type { IncomingEvent, Intake } from '@holdfast/events';
import { readMessage, type ReceivedMessage } from '@holdfast/kafka';
import { newId } from '@holdfast/ledger';
import type { Logger } from '@holdfast/runtime';
import { isTemporary } from '../temporary-error.ts';

/** The caller of events from Kafka in movements, dead events and the ledger: not an API key. */
const KAFKA_CALLER = 'kafka';

/** Between two tries while the database is away or overloaded. */
const WAIT_MIN_MS = 200;
const WAIT_MAX_MS = 5_000;
/** How often an event with an unknown error is tried, before it is a dead event. */
const TRIES_MAX = 4;
const RETRY_MS = 500;

interface Parts {
  readonly intake: Pick<Intake, 'take' | 'keepDead'>;
  readonly maySend: (caller: string, source: string) => boolean;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Called with each reason to wait. */
  readonly onWait: (error: unknown) => void;
  readonly retryMs?: number;
}

/** A message as an event, or as a dead event with the reason. */
interface Taken {
  readonly message: ReceivedMessage;
  readonly event: IncomingEvent;
  readonly problem: ProblemBody | null;
}

/**
 * Gives events from Kafka to the intake, as `POST /v1/events` does, and resolves when each has had its effect
 * or is a dead event. It waits while the database is away or overloaded. An event that fails for another
 * reason is tried alone, a few times, and then becomes a dead event: it does not stop its partition.
 */
export function takeMessages(parts: Parts) {
  return async (messages: readonly ReceivedMessage[], aborted: AbortSignal): Promise<void> => {
    const all = messages.map((message) => read(message, parts));
    const run = new Run(parts, aborted);
    if (await run.succeeds(all)) return;
    for (const each of all) await run.takeAlone(each);
  };
}

function read(message: ReceivedMessage, { maySend }: Parts): Taken {
  const { event, problem } = readMessage(message);
  const { source } = event;
  if (problem !== null || maySend(KAFKA_CALLER, source)) return { message, event, problem };
  const detail = `Events of the source ${source} come from another API key, not from Kafka.`;
  return { message, event, problem: problemBody('forbidden', detail) };
}

/** One call of `takeMessages`. */
class Run {
  readonly #parts: Parts;
  readonly #aborted: AbortSignal;

  constructor(parts: Parts, aborted: AbortSignal) {
    this.#parts = parts;
    this.#aborted = aborted;
  }

  /** False: it failed for a reason that is not known. @throws when it was aborted */
  async succeeds(all: readonly Taken[]): Promise<boolean> {
    try {
      await this.#untilDone(() => this.#take(all));
      return true;
    } catch (error) {
      this.#aborted.throwIfAborted();
      if (all.length > 1) return false;
      const { topic, partition, offset } = all[0]?.message ?? {};
      this.#parts.log.error('kafka.event_failed', { topic, partition, offset, error });
      return false;
    }
  }

  async takeAlone(one: Taken): Promise<void> {
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      if (await this.succeeds([one])) return;
      await pause(this.#parts.retryMs ?? RETRY_MS, undefined, { signal: this.#aborted });
    }
    const problem = problemBody('internal_error', 'It has been logged with its topic, partition and offset.');
    await this.#untilDone(() => this.#take([{ ...one, problem }]));
  }

  async #take(all: readonly Taken[]): Promise<void> {
    const { intake } = this.#parts;
    const aborted = this.#aborted;
    const signal = {
      get aborted() {
        return aborted.aborted;
      },
      trace: { requestId: newId(), traceparent: null },
      name: KAFKA_CALLER,
    };
    const readable = all.filter(({ problem }) => problem === null);
    const events = readable.map(({ event }) => event);
    const results = events.length > 0 ? await intake.take(events, { caller: KAFKA_CALLER, signal }) : [];
    for (const [index, { state, problem }] of results.entries()) {
      if (state === 'dead') this.#logDead(readable[index], problem);
    }
    for (const each of all) {
      if (each.problem === null) continue;
      await intake.keepDead(each.event, each.problem, KAFKA_CALLER);
      this.#logDead(each, each.problem);
    }
  }

  #logDead(taken: Taken | undefined, problem: ProblemBody | null): void {
    const { topic, partition, offset } = taken?.message ?? {};
    const { id, source } = taken?.event ?? {};
    const why = { code: problem?.code, detail: problem?.detail };
    this.#parts.log.warn('event.dead', {
      caller: KAFKA_CALLER,
      topic,
      partition,
      offset,
      source,
      event_id: id,
      ...why,
    });
  }

  /** Repeats while the database or the ledger cannot take it. @throws errors that a repeat cannot correct */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    for (let waitMs = WAIT_MIN_MS; ; waitMs = Math.min(WAIT_MAX_MS, waitMs * 2)) {
      this.#aborted.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (this.#aborted.aborted || !isTemporary(error)) throw error;
        this.#parts.onWait(error);
      }
      await pause(waitMs, undefined, { signal: this.#aborted });
    }
  }
}
