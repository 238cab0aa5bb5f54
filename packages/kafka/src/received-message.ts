import { notValidBody, parseInput, problemBody, type ProblemBody } from '@holdfast/contract';
import { binaryEvent, incomingEvent, type IncomingEvent } from '@holdfast/events';

/** A message as it came. */
export interface ReceivedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** By their names in lower case. If several have one name, the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer | null;
}

/** A received message: an event, or the stored part of a message that is not an event, with the reason. */
export interface ReadMessage {
  readonly event: IncomingEvent;
  readonly problem: ProblemBody | null;
}

/** As for a request. */
const VALUE_BYTES_MAX = 1_000_000;
/** The stored bytes of a message that is not an event: enough to recognise it. */
const KEPT_BYTES_MAX = 10_000;

const STRUCTURED = /^application\/cloudevents\+json\s*(?:;|$)/i;
const ANY_EVENTS = /^application\/cloudevents/i;
const PREFIX = 'ce_';

/** Kafka's headers are UTF-8 as they are, without percent-encoding (Kafka protocol binding 1.0.2, 3.2.4). */
const binary = binaryEvent(PREFIX, (value) => value);

const UNSUPPORTED =
  'Send an event with the header content-type: application/cloudevents+json, or its data as JSON with the attributes ' +
  'in ce_ headers.';

/** Reads a CloudEvent in structured or binary mode. Never throws. */
export function readMessage(message: ReceivedMessage): ReadMessage {
  const read = eventIn(message);
  return 'event' in read ? { ...read, problem: null } : { event: envelopeOf(message, read.problem), ...read };
}

type Read = { readonly event: IncomingEvent } | { readonly problem: ProblemBody };

function eventIn({ headers, value }: ReceivedMessage): Read {
  if ((value?.length ?? 0) > VALUE_BYTES_MAX) {
    return { problem: problemBody('payload_too_large', 'The value may have at most 1 MB.') };
  }
  const contentType = headers['content-type'] ?? '';
  const isStructured = STRUCTURED.test(contentType);
  const isBinary =
    !ANY_EVENTS.test(contentType) && Object.keys(headers).some((name) => name.startsWith(PREFIX));
  if (!isStructured && !isBinary) return { problem: problemBody('unsupported_media_type', UNSUPPORTED) };
  const json = parseJson(value);
  if ('problem' in json) return json;
  const parsed = isStructured
    ? parseInput(incomingEvent, json.data)
    : parseInput(binary, { headers, data: json.data });
  return parsed.faults ? { problem: notValidBody('The event', parsed.faults) } : { event: parsed.data };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An event may have no data. */
function parseJson(value: Buffer | null): { readonly data: unknown } | { readonly problem: ProblemBody } {
  if (value === null || value.length === 0) return { data: undefined };
  try {
    return { data: JSON.parse(utf8.decode(value)) };
  } catch {
    return { problem: problemBody('malformed_json', 'The value is not JSON in UTF-8.') };
  }
}

/** A separate event, named by the message's offset: a message that is read again is the same dead event. */
function envelopeOf(message: ReceivedMessage, problem: ProblemBody): IncomingEvent {
  const { topic, partition, offset, headers, value } = message;
  return {
    specversion: '1.0',
    id: `${partition}/${offset}`,
    source: `kafka:${topic}`,
    type: 'kafka.message',
    data: {
      reason: problem.detail,
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, cut(text)])),
      value: value && value.subarray(0, KEPT_BYTES_MAX).toString('utf8').replaceAll('\0', '\uFFFD'),
      value_bytes: value?.length ?? 0,
    },
  };
}

const cut = (text: string): string => text.slice(0, KEPT_BYTES_MAX).replaceAll('\0', '\uFFFD');
