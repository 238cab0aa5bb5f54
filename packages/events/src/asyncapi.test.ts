import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { describeEvents } from './asyncapi.ts';
import { EVENT_TYPES } from './event-catalog.ts';
import { INCOMING_TYPES } from './intake/incoming-events.ts';
import { TEST_EVENT_TYPE } from './test-event.ts';

const PUBLIC_URL = 'https://holdfast.example/inventory';
const document = JSON.stringify(describeEvents({ publicUrl: PUBLIC_URL }));

/** A second each. AsyncAPI's findings, except that there is a version 3.1. */
async function parse(text: string) {
  const { document, diagnostics } = await new Parser().parse(text);
  const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  return { parsed: document, faults: faults.map(({ message }) => message) };
}

let result: Awaited<ReturnType<typeof parse>>;
beforeAll(async () => {
  result = await parse(document);
});

test('AsyncAPI’s own parser finds nothing wrong', () => {
  expect(result.faults).toEqual([]);
});

test.each([
  ['a schema that is not there', '#/components/schemas/StockChange', '#/components/schemas/Nowhere'],
  ['an operation that is none', '"action":"send"', '"action":"shout"'],
])('it would find %s', async (_what, from, to) => {
  expect(document).toContain(from);
  expect((await parse(document.replace(from, to))).faults).not.toEqual([]);
});

test.each([
  ['feed', EVENT_TYPES],
  ['webhooks', [...EVENT_TYPES, TEST_EVENT_TYPE]],
  ['stream', EVENT_TYPES],
  ['intake', INCOMING_TYPES],
])('every event goes its way: %s', (channel, types) => {
  const messages = result.parsed?.channels().get(channel)?.messages().all() ?? [];
  expect(messages.map((message) => message.name())).toEqual(types);
});

test('every message has an example, which its payload accepts', () => {
  const ajv = addFormats(new Ajv({ strict: false }));
  const messages = result.parsed?.components().messages().all() ?? [];
  expect(messages.map((message) => message.name())).toEqual([
    ...EVENT_TYPES,
    TEST_EVENT_TYPE,
    ...INCOMING_TYPES,
  ]);
  for (const message of messages) {
    const accepts = ajv.compile(z.record(z.string(), z.unknown()).parse(message.payload()?.json()));
    const examples = message
      .examples()
      .all()
      .map((example) => example.payload());
    expect({ name: message.name(), accepted: examples.map((each) => accepts(each)) }).toEqual({
      name: message.name(),
      accepted: [true],
    });
    expect(accepts({ ...examples[0], data: {} })).toBe(false);
  }
});

/** Places of objects that stand inside another schema, and would have no name in a generated program. */
function unnamed(value: unknown, path: string): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  const below = Object.entries(value).flatMap(([key, each]) => unnamed(each, `${path}/${key}`));
  return path.split('/').length > 2 && 'properties' in value && 'type' in value ? [path, ...below] : below;
}

test('every object has a name', () => {
  const { components } = describeEvents({ publicUrl: PUBLIC_URL });
  const found = Object.entries(components.schemas).flatMap(([name, schema]) => unnamed(schema, name));
  expect(found).toEqual([]);
  expect(unnamed({ a: { type: 'object', properties: {} } }, 'X/properties')).toEqual(['X/properties/a']);
});

test('its server is where PUBLIC_URL says', () => {
  expect(result.parsed?.servers().get('api')?.url()).toBe(PUBLIC_URL);
});
