import { z } from 'zod';
import { EVENT_TYPES, EVENTS } from './event-catalog.ts';
import { cloudEventOf, type Publisher } from './cloud-event.ts';
import { exampleOf } from './event-examples.ts';
import { incomingEvent } from './intake/incoming-envelope.ts';
import {
  INCOMING_EVENTS,
  INCOMING_TYPES,
  incomingExampleOf,
  type IncomingType,
} from './intake/incoming-events.ts';
import { toJsonSchema } from './json-schemas.ts';
import { TEST_EVENT_TYPE, testCloudEvent, testEvent } from './test-event.ts';

const CONTENT_TYPE = 'application/cloudevents+json';

const refsTo = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));

const CHANNELS = {
  feed: {
    address: '/v1/events',
    servers: [{ $ref: '#/servers/api' }],
    description:
      'For consumers that cannot receive calls: all events, oldest first, in pages. `next_cursor` gets the next page. A page is ' +
      '`{"data": [event, …], "next_cursor"}`; /openapi.json describes the call.',
    messages: refsTo(EVENT_TYPES),
  },
  webhooks: {
    address: null,
    servers: [{ $ref: '#/servers/receiver' }],
    description:
      'Each event is sent on its own to every endpoint with its type, signed as in Standard Webhooks: `webhook-id` (the ' +
      'event’s id), `webhook-timestamp`, `webhook-signature`. A test call sends a `warehouse.inventory.test`, which ' +
      'reports no change.',
    messages: refsTo([...EVENT_TYPES, TEST_EVENT_TYPE]),
  },
  stream: {
    address: 'holdfast:events',
    servers: [{ $ref: '#/servers/redis' }],
    description: 'A stream in the service’s Redis, trimmed by length. Without Redis there is no stream.',
    messages: refsTo(EVENT_TYPES),
  },
  intake: {
    address: '/v1/events',
    servers: [{ $ref: '#/servers/api' }],
    description:
      'Events of other services: structured, binary or batched. `source` and `id` identify repeats.',
    messages: refsTo(INCOMING_TYPES),
  },
};

const OPERATIONS = {
  readFeed: {
    action: 'send',
    channel: { $ref: '#/channels/feed' },
    summary: 'Returns the events after a cursor, and waits for new ones on request.',
    bindings: { http: { method: 'GET', bindingVersion: '0.3.0' } },
  },
  sendWebhook: {
    action: 'send',
    channel: { $ref: '#/channels/webhooks' },
    summary: 'Sends an event, and tries it again for two days until the answer is 2xx.',
    bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
  },
  appendToStream: {
    action: 'send',
    channel: { $ref: '#/channels/stream' },
    summary: 'Appends an event to the stream.',
  },
  hearEvents: {
    action: 'receive',
    channel: { $ref: '#/channels/intake' },
    summary: 'Applies an event of another service, once.',
    bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
  },
};

/** The AsyncAPI 3.0 document of all events, out and in, made of the schemas that build and parse them. */
export function describeEvents(publisher: Publisher) {
  const { messages, schemas } = describeMessages(publisher);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Holdfast',
      version: '1',
      description:
        'Every change of stock and reservations, published at least once and in order for each `subject`; and events from ' +
        'order and fulfilment services. Events are CloudEvents 1.0 in structured JSON.',
    },
    defaultContentType: CONTENT_TYPE,
    servers: describeServers(publisher),
    channels: CHANNELS,
    operations: OPERATIONS,
    components: { messages, schemas, securitySchemes: { apiKey } },
  };
}

const apiKey = {
  type: 'http',
  scheme: 'bearer',
  description: 'An API key with the scope `events:read` to receive events, `events:write` to send them.',
};

function describeServers({ publicUrl }: Publisher) {
  const { protocol, host, pathname } = new URL(publicUrl);
  return {
    api: {
      host,
      protocol: protocol.replace(':', ''),
      ...(pathname === '/' ? {} : { pathname }),
      security: [{ $ref: '#/components/securitySchemes/apiKey' }],
    },
    receiver: {
      host: '{endpoint}',
      protocol: 'https',
      description: 'A webhook endpoint',
      variables: { endpoint: { description: 'Host and path of the `url` of a webhook endpoint' } },
    },
    redis: {
      host: '{redis}',
      protocol: 'redis',
      variables: { redis: { description: 'Host and port of the `REDIS_URL` of the service' } },
    },
  };
}

const TEST_IDS = {
  event: '0199b0c4-61f0-7b52-a0f4-2c8d4e6b9a31',
  endpoint: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
};
const TEST_TIME = '2026-11-20T10:00:00.000Z';

function describeMessages(publisher: Publisher) {
  const schemas: Record<string, unknown> = {};
  const message = (type: string, schema: z.ZodType, summary: string, examples: readonly unknown[]) => {
    const { definitions, ...payload } = toComponents(schema);
    Object.assign(schemas, definitions, { [type]: payload });
    return [
      type,
      {
        name: type,
        summary,
        contentType: CONTENT_TYPE,
        payload: { $ref: `#/components/schemas/${type}` },
        examples: examples.map((payload) => ({ payload })),
      },
    ] as const;
  };
  const messages = Object.fromEntries([
    ...EVENT_TYPES.map((type) =>
      message(type, cloudEventOf(type), EVENTS[type].when, [exampleOf(type, publisher)]),
    ),
    message(TEST_EVENT_TYPE, testCloudEvent, 'A test call of a webhook endpoint. Nothing has happened.', [
      testEvent(TEST_IDS.event, { ...publisher, endpointId: TEST_IDS.endpoint, time: TEST_TIME }),
    ]),
    ...INCOMING_TYPES.map((type) =>
      message(type, incomingEventOf(type), INCOMING_EVENTS[type].description ?? '', [
        incomingExampleOf(type),
      ]),
    ),
  ]);
  return { messages, schemas };
}

/** Draft 7, as AsyncAPI's own schemas. Definitions that several messages share stand beside them, once. */
function toComponents(schema: z.ZodType): z.core.JSONSchema.JSONSchema {
  const { $schema: _, ...rest } = toJsonSchema(schema, 'draft-07');
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/definitions/', '"#/components/schemas/'));
}

const incomingEventOf = (type: IncomingType) =>
  incomingEvent.safeExtend({ type: z.literal(type), data: INCOMING_EVENTS[type] });
