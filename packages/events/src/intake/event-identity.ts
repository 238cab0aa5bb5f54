import { fingerprintOf, REUSED_KEY_DETAIL, type IdempotencyKey } from '@holdfast/idempotency';
import type { Refusal } from '@holdfast/domain';
import { contentOf, earlierContentOf } from './command-of.ts';
import type { IncomingEvent } from './incoming-envelope.ts';

/**
 * The names of events are kept with the keys of calls, as those of `event:<source>`: no API key's name has a
 * colon. So an id of a source is one event, from any caller, by HTTP or by Kafka.
 */
const PATH = '/v1/events';

/** @throws {EventUnreadable} when the event cannot be read */
export function identityOf(event: IncomingEvent): IdempotencyKey {
  const content = contentOf(event);
  const earlier = earlierContentOf(content);
  return {
    caller: `event:${event.source}`,
    path: PATH,
    key: event.id,
    fingerprint: fingerprintOf(content),
    ...(earlier ? { earlierFingerprint: fingerprintOf(earlier) } : {}),
  };
}

/** The refusal of a reused key speaks of a request; events have their own words for it. */
export const inWordsOfEvents = (refusal: Refusal): Refusal =>
  refusal.code === 'idempotency_key_reused' && refusal.detail === REUSED_KEY_DETAIL
    ? { ...refusal, detail: REUSED_ID_DETAIL }
    : refusal;

const REUSED_ID_DETAIL =
  'An event with this source and id was processed before, with other content. Send new content under a new id.';

/** The refusal of an event that would replace the dead event of another caller. */
export const REUSED_DEAD_ID_DETAIL =
  'Another API key has sent an event with this source and id and other content. That event is a dead event. This one is not ' +
  'stored. Send it under an id, or from a source, of its own.';
