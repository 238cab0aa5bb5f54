import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import { binaryEvent } from './binary-event.ts';
import { incomingBatch, incomingEvent, type IncomingEvent } from './incoming-envelope.ts';

/** The forms of events in a request: the schema of each, and the part of the JSON body that it parses. */
export interface EventForm {
  readonly schema: z.ZodType<readonly IncomingEvent[]>;
  readonly assemble: (sent: unknown) => unknown;
}

const STRUCTURED = /^application\/cloudevents\+json\s*(?:;|$)/i;
const BATCHED = /^application\/cloudevents-batch\+json\s*(?:;|$)/i;
const ANY_EVENTS = /^application\/cloudevents/i;
const PREFIX = 'ce-';

/**
 * The form that the headers name, after CloudEvents' HTTP binding 1.0.2: one event or a batch in JSON, or
 * attributes in headers and data in the body. Null: no CloudEvent, or none in JSON.
 */
export function eventFormOf(headers: IncomingHttpHeaders): EventForm | null {
  const contentType = headers['content-type'] ?? '';
  if (BATCHED.test(contentType)) return { schema: incomingBatch, assemble: (sent) => sent };
  if (STRUCTURED.test(contentType)) return { schema: single, assemble: (sent) => sent };
  const isBinary =
    !ANY_EVENTS.test(contentType) && Object.keys(headers).some((name) => name.startsWith(PREFIX));
  return isBinary ? { schema: binary, assemble: (data) => ({ headers, data }) } : null;
}

const single = incomingEvent.transform((event) => [event]);

const binary = binaryEvent(PREFIX, decode).transform((event) => [event]);

const QUOTED = /^"(.*)"$/s;

/** Without the quotes of older senders, and decoded once (HTTP binding 1.0.2, 3.1.3.2). Null: not UTF-8. */
function decode(value: string): string | null {
  const bare = QUOTED.exec(value)?.[1]?.replaceAll(/\\(.)/gs, '$1') ?? value;
  try {
    return decodeURIComponent(bare);
  } catch {
    return null;
  }
}
