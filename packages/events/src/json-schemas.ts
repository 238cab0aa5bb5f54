import { z } from 'zod';
import { EVENT_TYPES, EVENTS } from './event-catalog.ts';
import { anyCloudEvent, schemaUrl, type Publisher } from './cloud-event.ts';
import { exampleOf } from './event-examples.ts';
import { INCOMING_EVENTS, INCOMING_TYPES } from './intake/incoming-events.ts';

/** A JSON Schema of draft 2020-12, served at its `$id`. */
export interface PublishedSchema {
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly [keyword: string]: unknown;
}

/** The JSON Schemas of the data of every event, out and in, and of the envelope, by their name in the URL. */
export function jsonSchemas(publisher: Publisher): ReadonlyMap<string, PublishedSchema> {
  const publish = (name: string, schema: z.ZodType, description: string, examples?: readonly unknown[]) => {
    const $id = schemaUrl(publisher, name);
    const keywords = toJsonSchema(schema, 'draft-2020-12');
    return [name, { $id, title: name, description, ...keywords, ...(examples && { examples }) }] as const;
  };
  return new Map([
    publish('cloud-event', anyCloudEvent, 'The envelope of every published event: CloudEvents 1.0', [
      exampleOf('warehouse.inventory.reserved', publisher),
    ]),
    ...EVENT_TYPES.map((type) =>
      publish(type, EVENTS[type].data, EVENTS[type].when, [exampleOf(type, publisher).data]),
    ),
    ...INCOMING_TYPES.map((type) =>
      publish(type, INCOMING_EVENTS[type], INCOMING_EVENTS[type].description ?? ''),
    ),
  ]);
}

/** Objects stay open: fields may be added, and a consumer with an older schema must not refuse them. */
export function toJsonSchema(schema: z.ZodType, target: 'draft-2020-12' | 'draft-07') {
  return z.toJSONSchema(schema, {
    target,
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // Left out, as consumers do not need it: a pattern of 250 characters for a date, the range of a double.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
}
